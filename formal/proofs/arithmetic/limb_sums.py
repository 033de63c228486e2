"""The sum of products of 2-bit limbs, in the order in which the bricks of a fused PE add them.

A SAT solver finds it very hard that long sums in different orders are equal. The fused PE is therefore compared with
the sum of all products of limbs (``x w = sum_ij x_i w_j 4^(i+j)``), each once, in the order of the bricks. That they
are all of them, each once, is checked here; that this is the sum of products is arithmetic.
"""

from lowtide.hw.pe.fused.limb_routes import BRICKS, products, routed

from ..proof import Numbers

__all__ = ["limb", "limb_products", "limb_sum"]

QUAD = 4


def limb_products(pair: tuple[int, int]) -> list[tuple[int, int]]:
    """What every brick multiplies in a pair of widths: pairs of a limb of x and a limb of w."""
    found = [(routed(pair, "x", brick), routed(pair, "w", brick)) for brick in range(BRICKS)]
    x_limbs, w_limbs = (bits // 2 for bits in pair)
    wanted = {
        (value * x_limbs + i, value * w_limbs + j)
        for value in range(products(*pair))
        for i in range(x_limbs)
        for j in range(w_limbs)
    }
    if set(found) != wanted or len(wanted) != BRICKS:
        raise ValueError(f"bricks of {pair[0]} x {pair[1]} bits are not all products of limbs, each once")
    return found


def limb(side: str, number: int, bits: int) -> str:
    """A limb of the stream ``x`` or ``w`` in Verilog, signed where it is the top one of a signed value."""
    top = number % (bits // 2) == bits // 2 - 1
    sign = f"{side}[{2 * number + 1}] & {side}_signed" if top else "1'b0"
    return f"$signed({{{sign}, {side}[{2 * number + 1}:{2 * number}]}})"


def limb_sum(x_bits: int, w_bits: int) -> Numbers:
    """Numbers of a proof, of which the last is the sum of all products of limbs: of each quad of bricks, of two quads,
    of both halves, and then of the bricks that stand at another place than their quad."""
    numbers: Numbers = {}
    sums: list[str] = []
    apart: list[str] = []
    places: list[int] = []
    for brick, (i, j) in enumerate(limb_products((x_bits, w_bits))):
        places.append(i % (x_bits // 2) + j % (w_bits // 2))  # the power of four that this product counts
        numbers[f"brick_{brick}"] = (6, f"{limb('x', i, x_bits)} * {limb('w', j, w_bits)}")
    for quad in range(BRICKS // QUAD):
        bricks = range(QUAD * quad, QUAD * quad + QUAD)
        for number in sorted({places[brick] for brick in bricks}):
            name = f"quad_{quad}_place_{number}"
            numbers[name] = (8, tree([f"brick_{brick}" for brick in bricks if places[brick] == number]))
            (sums if len(sums) == quad else apart).append(f"({name} <<< {2 * number})")
    return numbers | {"expected": (24, tree([tree(sums), *apart]))}


def tree(parts: list[str]) -> str:
    """The sum of Verilog values as a balanced tree."""
    while len(parts) > 1:
        parts = [f"({' + '.join(parts[i : i + 2])})" for i in range(0, len(parts), 2)]
    return parts[0]
