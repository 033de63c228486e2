"""Proofs of several products in one multiplier: every field that is taken apart is the dot product that it stands for.

The definition is ``*`` and ``+`` on the operands themselves, one row and one column at a time. Some bits of the data
are held to a value, case by case, which leaves a smaller multiplier.
"""

from lowtide.hw.logic.packed_products import PackedProducts

from ..proof import Numbers, Proof, every, split, wide

__all__ = ["packed_product_proofs", "packed_products"]


def packed_product_proofs() -> list[Proof]:
    """What the multipliers of FPGAs hold: two products of 8 x 8, of 8 x 4 and of 4 x 4 bits, a tile of 2 x 2 products
    of 4 x 4 bits; and narrower tiles with two lanes summed in each field."""
    return [
        packed_products(1, 2, 1, 8, 8, held=[(4, 0)], fast=False),
        packed_products(1, 2, 1, 8, 4, held=[(4, 0)], fast=False),
        packed_products(1, 2, 1, 4, 4),
        packed_products(2, 2, 1, 4, 4, held=[(3, 0)], fast=False),
        packed_products(2, 2, 2, 3, 3, fast=False),
        packed_products(2, 2, 2, 2, 2),
    ]


def packed_products(
    rows: int,
    cols: int,
    lanes: int,
    x_bits: int,
    w_bits: int,
    *,
    held: list[tuple[int, int]] | None = None,
    fast: bool = True,
) -> Proof:
    """That all sums of a :class:`lowtide.hw.logic.packed_products.PackedProducts` are dot products.

    Parameters
    ----------
    rows, cols, lanes, x_bits, w_bits : int
        Of the unit.
    held : list of (int, int)
        Highest and lowest bits of ranges of ``x`` that are held to a value, case by case.
    fast : bool
        See :class:`lowtide.formal.proofs.proof.Proof`.
    """
    name = f"packed_{rows}x{cols}_l{lanes}_{x_bits}x{w_bits}"

    def make() -> PackedProducts:
        return PackedProducts(name, rows=rows, cols=cols, lanes=lanes, x_bits=x_bits, w_bits=w_bits)

    def value(side: str, line: int, lane: int) -> str:
        bits, sign = (x_bits, "x_signed") if side == "x" else (w_bits, "1'b1")
        low = (line * lanes + lane) * bits
        return wide(side, low + bits - 1, low, sign)

    field = make().field
    numbers: Numbers = {}
    claims: dict[str, str] = {}
    for row in range(rows):
        for col in range(cols):
            low, place = (row * cols + col) * field, f"{row}_{col}"
            products = [f"{value('x', row, lane)} * {value('w', col, lane)}" for lane in range(lanes)]
            numbers[f"sum_{place}"] = (field, f"$signed(sums[{low + field - 1}:{low}])")
            numbers[f"dot_product_{place}"] = (field, " + ".join(products))
            claims[f"row {row} by column {col} is their dot product"] = f"sum_{place} == dot_product_{place}"
    inputs = {"x_signed": 1, "x": rows * lanes * x_bits, "w": cols * lanes * w_bits}
    return Proof(
        name=name,
        statement=f"one multiplier a lane for {rows} x {cols} products of {x_bits} x {w_bits} bits, data signed and "
        + f"unsigned, {lanes} lane{'s' * (lanes > 1)}: every field is its dot product",
        make=make,
        inputs=inputs,
        connections={port: port for port in inputs},
        numbers=numbers,
        claims=claims,
        cases=split(every(x_signed=1), *(("x", high, low) for high, low in held or ())),
        fast=fast,
    )
