"""Proofs of the kinds that multiply in one cycle: from packed operands of the streams to the sum of products.

The definition is ``*`` and ``+`` on the values that lie in the streams. Multipliers and long sums are hard for SAT
solvers. A proof goes case by case through the number types and, where that is faster, through the values of some of the
weights' low bits, which leaves much smaller multipliers. Sums of the fused PE are stated as sums of products of limbs
(:mod:`lowtide.formal.limb_sums`), in the order in which it adds them.
"""

from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS

from .limb_sums import limb_sum
from .proof import Numbers, Proof, every, split, wide
from .units import StreamAddendUnit

__all__ = ["dot_product", "dot_product_proofs"]

BOTH = ("signed", "unsigned")
#: Pairs of widths in which the fused PE adds several products, and how many bits of the narrower values are split off.
FUSED_SUMS = {(8, 4): 8, (4, 8): 8, (8, 2): 6, (2, 8): 6, (4, 4): 0, (4, 2): 0, (2, 4): 0, (2, 2): 0}
LONG = ((8, 4), (4, 8), (4, 4))  #: those that take several minutes


def dot_product_proofs() -> list[Proof]:
    """One lane of `parallel` with either multiplier; every pair of widths of `fused` and `subword`; of every other kind
    whose modes of plain integers take one cycle each, those of its example."""
    inferred, booth = (
        ArrayConfig(
            name=f"parallel_{multiplier}", kind="parallel", lanes=1, x_types=BOTH, w_types=BOTH, multiplier=multiplier
        )
        for multiplier in ("inferred", "booth")
    )
    fused, subword = (ArrayConfig(name=kind, kind=kind, x_types=BOTH, w_types=BOTH) for kind in ("fused", "subword"))
    stated = {config.kind for config in (inferred, booth, fused, subword)}
    return [
        dot_product(inferred, 8, 8),
        dot_product(booth, 8, 8, split_bits=5, fast=False),
        dot_product(fused, 8, 8, split_bits=5, fast=False),
        *(
            dot_product(
                fused,
                *pair,
                split_bits=bits,
                split_side="xw"[pair[0] > pair[1]],
                numbers=limb_sum(*pair),
                fast=pair == (2, 2),
                long=pair in LONG,
            )
            for pair, bits in FUSED_SUMS.items()
        ),
        dot_product(subword, 8, 8, split_bits=5, fast=False),
        dot_product(subword, 4, 4, split_bits=4, fast=False),
        dot_product(subword, 2, 2),
        *fused_rounds(),
        *(proof for kind in KINDS if kind not in stated for proof in of_one_cycle(kind)),
    ]


def of_one_cycle(kind: str) -> list[Proof]:
    """The proofs of a kind that multiplies in one cycle whatever the mode: one for each pair of widths of its example.
    None for other kinds."""
    config = ArrayConfig(**{"name": kind, "kind": kind} | KINDS[kind].example)
    modes = config.pe.plain_modes(config)
    if any(config.cycles_per_beat(mode) > 1 for mode in modes) or config.pe.encoder_latency:
        return []
    pairs = dict.fromkeys((mode.x_bits, mode.w_bits) for mode in modes)
    return [dot_product(config, *pair, fast=sum(pair) <= 8) for pair in pairs]


def fused_rounds() -> list[Proof]:
    """Every round of a product of 16-bit operands: the product of the halves that it takes, at their place.

    Summed over the rounds of a beat that is the product of the operands, the lower halves unsigned:
    ``x w = sum_ij x_i w_j 2^(8(i+j))``, as `tests/formal/test_limb_sums.py` checks.
    """
    found = []
    for x_bits, w_bits in ((16, 16), (16, 8), (8, 16)):
        config = ArrayConfig(
            name=f"fused_{x_bits}_{w_bits}",
            kind="fused",
            x_types=BOTH,
            w_types=BOTH,
            x_width=x_bits,
            w_width=w_bits,
            acc_width=48,
        )
        halves = [(i, j) for i in range(x_bits // 8) for j in range(w_bits // 8)]
        found += [
            fused_round(config, left, *places) for left, places in zip(range(len(halves), 0, -1), halves, strict=True)
        ]
    return found


def fused_round(config: ArrayConfig, left: int, x_half: int, w_half: int, *, split_bits: int = 5) -> Proof:
    """The round with so many left, which takes these halves, 0 the lower one."""
    mode, signs = Mode(x_bits=config.x_width, w_bits=config.w_width), {"x_signed": 1, "w_signed": 1}
    values: dict[str, str] = {}
    for side, half in (("x", x_half), ("w", w_half)):
        top = half == getattr(config, f"{side}_width") // 8 - 1  # the lower half has no sign
        values[side] = wide(side, 8 * half + 7, 8 * half, f"{side}_signed" if top else "1'b0")
    return Proof(
        name=f"{config.name}_round_{left}",
        statement=f"`fused`, {config.x_width} x {config.w_width} bits, signed and unsigned, {left} rounds left: half "
        f"{x_half} of x times half {w_half} of w, times 2^{8 * (x_half + w_half)}",
        make=lambda: StreamAddendUnit(config, rounds=left),
        inputs=signs | {side: config.pe.stream_bits(config, side) for side in "xw"},
        connections={"mode": mode_word(mode, **{name: name for name in signs}), "x": "x", "w": "w"},
        numbers={
            "product": (18, f"{values['x']} * {values['w']}"),
            "expected": (48, f"product <<< {8 * (x_half + w_half)}"),
        },
        claims={"the addend is the product of the halves, at its place": "addend == expected"},
        cases=split(every(**signs), ("w", 8 * w_half + split_bits - 1, 8 * w_half)),
        fast=False,
    )


def dot_product(
    config: ArrayConfig,
    x_bits: int,
    w_bits: int,
    *,
    split_bits: int = 0,
    split_side: str = "w",
    numbers: Numbers | None = None,
    fast: bool = True,
    long: bool = False,
) -> Proof:
    """The sum of products in the modes of these widths, for all combinations of number types.

    Parameters
    ----------
    config : ArrayConfig
        Whose PE.
    x_bits, w_bits : int
        Widths of data and weights.
    split_bits, split_side : int, str
        How many low bits of the weights, or of the data ("x"), are held to a value, case by case, shared out among the
        values.
    numbers : Numbers or None
        Another form of the sum, which ends in ``expected``.
    fast, long : bool
        See :class:`lowtide.formal.proof.Proof`.
    """
    kind = config.pe
    mode = Mode(x_bits=x_bits, w_bits=w_bits)
    count = kind.values_per_beat(config, mode)
    x_size, w_size = (kind.element_bits(config, mode, side) for side in "xw")
    width = x_bits + w_bits + 2 + count.bit_length()
    signs = {f"{side}_signed": 1 for side in "xw" if len(config.signs(side)) == 2}
    types = (
        "signed and unsigned"
        if len(signs) == 2
        else (f"{' and '.join(config.x_types)} by {' and '.join(config.w_types)}")
    )
    mode = mode.change(**{f"{side}_signed": bool(config.signs(side)[0]) for side in "xw"})
    sign = {side: f"{side}_signed" if f"{side}_signed" in signs else f"1'b{config.signs(side)[0]}" for side in "xw"}
    products = [
        f"{wide('x', x_size * i + x_bits - 1, x_size * i, sign['x'])} * "
        f"{wide('w', w_size * i + w_bits - 1, w_size * i, sign['w'])}"
        for i in range(count)
    ]
    size = {"x": x_size, "w": w_size}[split_side]
    ranges = [
        (split_side, size * i + bits - 1, size * i)
        for i in range(count)
        if (bits := split_bits // count + (i < split_bits % count))
    ]
    return Proof(
        name=f"{config.name}_{x_bits}x{w_bits}",
        statement=f"`{kind.name}`, {x_bits} x {w_bits} bits, {types}: "
        + (f"the sum of {count} products" if count > 1 else "the product")
        + (", by limbs" if numbers else ""),
        make=lambda: StreamAddendUnit(config),
        inputs=signs | {"x": kind.stream_bits(config, "x"), "w": kind.stream_bits(config, "w")},
        connections={"mode": mode_word(mode, **{name: name for name in signs}), "x": "x", "w": "w"},
        numbers=numbers or {"expected": (width, " + ".join(products))},
        claims={"the addend is the sum of products": "addend == expected"},
        cases=split(every(**signs), *ranges),
        fast=fast,
        long=long,
    )


def mode_word(mode: Mode, **inputs: str) -> str:
    """The mode word in Verilog, some of its fields given by inputs."""
    parts = [inputs.get(field.name, f"{field.bits}'d{mode.number(field.name) - field.bias}") for field in FIELDS]
    return f"{{{', '.join(reversed(parts))}}}"
