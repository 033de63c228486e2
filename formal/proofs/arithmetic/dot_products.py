"""Proofs of the kinds that multiply in one cycle: from packed operands of the streams to the sum of products.

The definition is ``*`` and ``+`` on the values that lie in the streams. Multipliers and long sums are hard for SAT
solvers. A proof goes case by case through the number types and, where that is faster, through the values of some of the
weights' low bits, which leaves much smaller multipliers. Sums of the fused PE are stated as sums of products of limbs
(:mod:`lowtide.formal.proofs.arithmetic.limb_sums`), in the order in which it adds them.
"""

from dataclasses import dataclass
from typing import Any

from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.config.fields import TYPES, settings_for
from lowtide.hw.logic.packing import BLOCKS
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS

from ..proof import Numbers, Proof, every, split, wide
from .limb_sums import limb_sum
from .units import StreamAddendUnit

__all__ = ["dot_product", "dot_product_proofs"]


@dataclass(frozen=True)
class Effort:
    """How a proof is made quick enough.

    Parameters
    ----------
    split_bits : int
        How many low bits of the narrower values, of the weights where both are as wide, are held to a value in each
        case.
    fast, long : bool
        See :class:`lowtide.formal.proofs.proof.Proof`.
    """

    split_bits: int = 0
    fast: bool = True
    long: bool = False


#: By pair of widths: of products by logic of the PE's own, and of sums of products of limbs.
PRODUCTS = {(8, 8): Effort(5, fast=False), (4, 4): Effort(4, fast=False)}
LIMB_SUMS = {
    (8, 4): Effort(8, fast=False, long=True),
    (4, 8): Effort(8, fast=False, long=True),
    (8, 2): Effort(6, fast=False),
    (2, 8): Effort(6, fast=False),
    (4, 4): Effort(0, fast=False, long=True),
    (4, 2): Effort(0, fast=False),
    (2, 4): Effort(0, fast=False),
}


def dot_product_proofs() -> list[Proof]:
    """Of every kind that multiplies in one cycle whatever the mode: a proof for each pair of widths, and each way to
    multiply that the kind can choose. Of kinds that multiply by limbs also the rounds of 16-bit operands."""
    configs = [config for kind in KINDS for config in configurations(kind) if of_one_cycle(config)]
    found = [proof_of_pair(config, *pair) for config in configs for pair in pairs(config)]
    return found + [proof for kind in KINDS if KINDS[kind].limb_products for proof in rounds(kind)]


def configurations(kind: str) -> list[ArrayConfig]:
    """What is proved of a kind: its example with every number type that it has; of one that can choose its multiplier,
    one lane of each that a PE has by itself; those of tiles are in
    :mod:`lowtide.formal.proofs.arithmetic.packed_products`."""
    allowed = {setting.name: setting.allowed for setting in settings_for(kind)}
    fields: dict[str, Any] = {"name": kind, "kind": kind} | KINDS[kind].example
    fields |= {name: allowed[name] for name in ("x_types", "w_types")}
    if "multiplier" not in KINDS[kind].fields:
        return [ArrayConfig(**fields)]
    return [
        ArrayConfig(**fields | {"name": f"{kind}_{each}", "lanes": 1, "multiplier": each})
        for each in allowed["multiplier"]
        if each not in {block.name for block in BLOCKS}
    ]


def of_one_cycle(config: ArrayConfig) -> bool:
    """Whether a configuration takes one cycle a chunk in every mode of plain integers, from streams without a delay."""
    modes = config.pe.plain_modes(config)
    return all(config.cycles_per_beat(mode) == 1 for mode in modes) and not config.pe.encoder_latency


def pairs(config: ArrayConfig) -> list[tuple[int, int]]:
    """The pairs of widths of its modes of plain integers."""
    return list(dict.fromkeys((mode.x_bits, mode.w_bits) for mode in config.pe.plain_modes(config)))


def proof_of_pair(config: ArrayConfig, x_bits: int, w_bits: int) -> Proof:
    """The proof of a pair of widths, with what it needs to be quick."""
    pair, kind = (x_bits, w_bits), config.pe
    several = kind.values_per_beat(config, Mode(x_bits=x_bits, w_bits=w_bits)) > 1
    if kind.limb_products and several:
        side = "x" if x_bits < w_bits else "w"
        return dot_product(config, *pair, LIMB_SUMS.get(pair, Effort()), split_side=side, numbers=limb_sum(*pair))
    return dot_product(config, *pair, PRODUCTS.get(pair, Effort()) if kind.own_multipliers(config) else Effort())


def rounds(kind: str) -> list[Proof]:
    """Every round of a product of 16-bit operands: the product of the halves that it takes, at their place.

    Summed over the rounds of a beat that is the product of the operands, the lower halves unsigned:
    ``x w = sum_ij x_i w_j 2^(8(i+j))``, as `tests/formal/proofs/test_limb_sums.py` checks.
    """
    found = []
    for x_bits, w_bits in ((16, 16), (16, 8), (8, 16)):
        config = ArrayConfig(
            name=f"{kind}_{x_bits}_{w_bits}",
            kind=kind,
            x_types=TYPES,
            w_types=TYPES,
            x_width=x_bits,
            w_width=w_bits,
            acc_width=48,
        )
        halves = [(i, j) for i in range(x_bits // 8) for j in range(w_bits // 8)]
        found += [
            one_round(config, left, *places) for left, places in zip(range(len(halves), 0, -1), halves, strict=True)
        ]
    return found


def one_round(config: ArrayConfig, left: int, x_half: int, w_half: int, *, split_bits: int = 5) -> Proof:
    """The round with so many left, which takes these halves, 0 the lower one."""
    mode, signs = Mode(x_bits=config.x_width, w_bits=config.w_width), {"x_signed": 1, "w_signed": 1}
    values: dict[str, str] = {}
    for side, half in (("x", x_half), ("w", w_half)):
        top = half == getattr(config, f"{side}_width") // 8 - 1  # the lower half has no sign
        values[side] = wide(side, 8 * half + 7, 8 * half, f"{side}_signed" if top else "1'b0")
    return Proof(
        name=f"{config.name}_round_{left}",
        statement=f"`{config.kind}`, {config.x_width} x {config.w_width} bits, signed and unsigned, {left} rounds "
        f"left: half {x_half} of x times half {w_half} of w, times 2^{8 * (x_half + w_half)}",
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
    effort: Effort,
    *,
    split_side: str = "w",
    numbers: Numbers | None = None,
) -> Proof:
    """The sum of products in the modes of these widths, for all combinations of number types.

    Parameters
    ----------
    config : ArrayConfig
        Whose PE.
    x_bits, w_bits : int
        Widths of data and weights.
    effort : Effort
        The bits that are split off are shared out among the values.
    split_side : str
        Whose they are: "x" or "w".
    numbers : Numbers or None
        Another form of the sum, which ends in ``expected``.
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
        if (bits := effort.split_bits // count + (i < effort.split_bits % count))
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
        fast=effort.fast,
        long=effort.long,
    )


def mode_word(mode: Mode, **inputs: str) -> str:
    """The mode word in Verilog, some of its fields given by inputs."""
    parts = [inputs.get(field.name, f"{field.bits}'d{mode.number(field.name) - field.bias}") for field in FIELDS]
    return f"{{{', '.join(reversed(parts))}}}"
