"""Proofs of the kinds that take several cycles a chunk: what one cycle adds is what the operands of that cycle mean.

Few lanes: that sums of many values may be added in any order is hard for SAT solvers and says nothing about a PE.
"""

from collections.abc import Callable, Mapping
from typing import Any

from amaranth.hdl import Shape
from amaranth.lib import data

from lowtide.hw import ArrayConfig
from lowtide.hw.logic.term_encoder import positions
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe.base import control_layout, operand_shape
from lowtide.hw.pe.term.blocks import Block, blocks

from .proof import Case, Numbers, Proof
from .units import AddendUnit, BoothDigitsUnit, LaneSumUnit

__all__ = ["addend_proofs"]

BOTH = ("signed", "unsigned")


def addend_proofs() -> list[Proof]:
    """The Booth recoder, and one cycle of every kind with several cycles a chunk."""
    serial: dict[str, Any] = {"kind": "bit_serial", "x_types": BOTH, "w_types": BOTH}
    return [
        booth_recoder(9),
        booth_recoder(17),
        bit_serial(ArrayConfig(name="bit_serial_binary", lanes=3, digits="binary", **serial)),
        bit_serial(ArrayConfig(name="bit_serial_booth", lanes=2, digits="booth", **serial)),
        bit_plane(ArrayConfig(name="bit_plane_l16", kind="bit_plane", lanes=16)),
        bit_plane(
            ArrayConfig(
                name="bit_plane_l6_binary",
                kind="bit_plane",
                lanes=6,
                x_formats=("plain", "binary"),
                w_formats=("plain", "binary"),
            )
        ),
        term_pair(ArrayConfig(name="term_pair", kind="term_pair", group=4, w_types=BOTH)),
        *(
            lane_sum(ArrayConfig(name=f"term_l{lanes}", kind="term", group=4, lanes=lanes, x_width=4, w_width=4))
            for lanes in (1, 2, 3)
        ),
    ]


def booth_recoder(bits: int) -> Proof:
    """Radix-4 Booth digits of a signed value; an unsigned operand of 8 bits is one of 9."""
    unit = BoothDigitsUnit(bits)
    parts = [f"{booth_digit(f'one[{j}]', f'two[{j}]', f'negative[{j}]')} * {4**j}" for j in range(unit.count)]
    return Proof(
        name=f"booth_digits_{bits}",
        statement=f"radix-4 Booth digits of {bits} bits: weighted with powers of four their sum is the value",
        make=lambda: BoothDigitsUnit(bits),
        inputs={"value": bits},
        connections={"value": "value"},
        numbers={"value_in": (bits + 3, "$signed(value)"), "value_of_digits": (bits + 3, " + ".join(parts))},
        claims={
            "the digits' sum is the value": "value_of_digits == value_in",
            "no digit is one and two at a time": "(one & two) == 0",
        },
    )


def booth_digit(one: str, two: str, negative: str) -> str:
    """A Booth digit in Verilog, signed."""
    return f"({negative} ? -$signed({{1'b0, {two}, {one}}}) : $signed({{1'b0, {two}, {one}}}))"


def proof_of_addend(
    config: ArrayConfig,
    statement: str,
    *,
    numbers: Numbers,
    expected: str,
    width: int,
    assumed: str = "1'b1",
    cases: tuple[Case, ...] = ({},),
    inputs: dict[str, int] | None = None,
    partial: tuple[str, ...] = (),
    replaced: Mapping[str, str] | None = None,
    fast: bool = True,
    make: Callable[[], Unit] | None = None,
) -> Proof:
    """A proof about :class:`AddendUnit`, whose operands are taken apart: ``west_0``, ``north_1_index``,
    ``control_plane``. ``inputs``: further ones. ``replaced``: Verilog in the place of some of the operands."""
    replaced, inputs = replaced or {}, inputs or {}
    connections: dict[str, str] = {}
    for port, shape in (
        ("control", control_layout(config)),
        ("west", operand_shape(config, "x")),
        ("north", operand_shape(config, "w")),
    ):
        parts = fields(shape, port)
        inputs |= {name: bits for name, bits in parts.items() if name not in replaced}
        connections[port] = f"{{{', '.join(replaced.get(name, name) for name in reversed(parts))}}}"
    return Proof(
        name=f"{config.name}_addend",
        statement=f"`{config.kind}`, one cycle, {statement}",
        make=make or (lambda: AddendUnit(config)),
        inputs=inputs,
        connections=connections,
        numbers=numbers | {"expected": (width, expected)},
        claims={"the addend is what the operands mean": f"!({assumed}) || addend == expected"},
        cases=cases,
        partial=partial,
        fast=fast,
    )


def fields(shape: Any, name: str) -> dict[str, int]:
    """Names and widths of the fields of a layout, taken apart to the last, lowest first."""
    if not isinstance(shape, data.Layout):
        return {name: Shape.cast(shape).width}
    found: dict[str, int] = {}
    for key, member in shape:
        found |= fields(member.shape, f"{name}_{key}")
    return {part: bits for part, bits in found.items() if bits}


def bit_serial(config: ArrayConfig) -> Proof:
    """A digit of every weight by held data; where these are signed half their range has been added to them, and the
    digits' sum comes with the digits."""
    booth, lanes, half = config.digits == "booth", range(config.lanes), 1 << config.x_width - 1
    digits = [
        booth_digit(*(f"north_digits_{i}_{part}" for part in ("one", "two", "negative")))
        if booth
        else f"$signed({{1'b0, north_digits_{i}_one}})"
        for i in lanes
    ]
    values = [f"($signed({{1'b0, west_{i}}}) - (x_signed ? {half} : 0))" for i in lanes]
    numbers: Numbers = {
        "digit_sum": (8, f"x_signed ? {' + '.join(digits)} : 0"),
        "dot_product": (20, " + ".join(f"{d} * {x}" for d, x in zip(digits, values, strict=True))),
    }
    parts = fields(operand_shape(config, "w"), "north")
    sum_bits = f"digit_sum[{parts['north_sum'] - 1}:0]"
    planes = (config.w_width + 2) // 2 if booth else config.w_width
    assumed = " && ".join(f"!(north_digits_{i}_one && north_digits_{i}_two)" for i in lanes) if booth else "1'b1"
    return proof_of_addend(
        config,
        f"{config.digits} digits, {config.lanes} lanes: ± 2^plane times the sum of digit times datum",
        numbers=numbers,
        width=36,
        assumed=assumed,
        replaced={"north_sum": sum_bits},
        expected=f"{'dot_product' if booth else '(control_negative ? -dot_product : dot_product)'} "
        f"<<< ({2 if booth else 1} * control_plane)",
        inputs={"x_signed": 1},
        fast=not booth,
        partial=("control_plane",) if booth else (),
        cases=tuple({"control_plane": plane, "x_signed": x} for plane in range(planes) for x in (0, 1)),
    )


def bit_plane(config: ArrayConfig) -> Proof:
    """A plane of the data by a plane of the weights, or ±1 by ±1."""
    lanes, binary = range(config.lanes), "binary" in config.x_formats
    count = " + ".join(f"$signed({{1'b0, west_{i} & north_{i}}})" for i in lanes)
    pairs = " + ".join(f"((west_{i} == north_{i}) ? 1 : -1)" for i in lanes)
    plane = "(control_negative ? -count : count)"
    return proof_of_addend(
        config,
        f"{config.lanes} lanes: ± the number of common ones" + (", or the sum of ±1 by ±1" if binary else ""),
        numbers={"count": (9, count)} | ({"signs": (9, pairs)} if binary else {}),
        width=12,
        assumed="control_agree ? !control_negative : !control_odd" if binary else "1'b1",
        expected=f"control_agree ? signs + $signed({{1'b0, control_odd}}) : {plane}" if binary else plane,
    )


def term_pair(config: ArrayConfig) -> Proof:
    """A weight term by the term of a datum that it names."""
    weight = "north_0_" if "north_0_index" in fields(operand_shape(config, "w"), "north") else "north_"

    def chosen(part: str, none: int) -> str:
        choices = "".join(f"({weight}index == {i}) ? west_{i}_{part} : " for i in range(config.group))
        return f"({choices}{none})"

    limits = [f"{weight}exponent <= {positions(config) - 1}"]
    limits += [f"west_{i}_exponent <= {positions(config, 'x') - 1}" for i in range(config.group)]
    one = "32'sd1"
    return proof_of_addend(
        config,
        f"a group of {config.group}: ± 2^(sum of the exponents)",
        numbers={"product": (32, f"({one} <<< {chosen('exponent', 0)}) <<< {weight}exponent")},
        width=32,
        expected=f"!({weight}valid && {chosen('valid', 0)}) ? 0 : "
        f"({weight}negative != {chosen('negative', 0)}) ? -product : product",
        assumed=" && ".join(limits),
    )


def lane_sum(config: ArrayConfig) -> Proof:
    """A term of a weight in each lane by the datum that it names. A lane's exponent is what its blocks share, and its
    own bits, of which the last are ``low`` and ``high``, both 0 in an empty slot."""
    numbers: Numbers = {}
    limits: list[str] = []
    width = 2 * config.x_width + positions(config) + config.lanes

    def collect(part: Any, shared: list[str]) -> None:
        if isinstance(part, Block):
            for inner in part.parts:
                collect(inner, [*shared, f"(north_block_{part.number} << {part.bit})"])
            return
        name = f"north_lane_{part.number}"
        own = [f"({name}_high << {part.bit})", *([f"{name}_shift"] if part.bit else [])]
        index = f"{name}_index" if part.values > 1 else "0"
        chosen = "".join(f"({index} == {place}) ? {datum(part.first + place)} : " for place in range(part.values - 1))
        numbers[f"exponent_{part.number}"] = (6, " + ".join([*shared, *own]))
        numbers[f"term_{part.number}"] = (
            width,
            f"({name}_low || {name}_high) ? (({chosen}{datum(part.first + part.values - 1)}) "
            f"<<< exponent_{part.number}) : 0",
        )
        limits.extend([f"!({name}_low && {name}_high)", f"({name}_low || {name}_high || !{name}_negative)"])
        if part.values > 1:
            limits.append(f"{index} < {part.values}")

    def datum(place: int) -> str:
        top = config.x_width - 1
        return f"$signed({{west_{place}[{top}] & control_x_signed, west_{place}}})"

    for part in [part for parts in blocks(config) for part in parts]:
        collect(part, [])
    lanes = range(config.lanes)
    total = " + ".join(f"(north_lane_{lane}_negative ? -term_{lane} : term_{lane})" for lane in lanes)
    return proof_of_addend(
        config,
        f"{config.lanes} lane{'s' * (config.lanes > 1)}, a group of {config.group} 4-bit data: the sum of "
        "± datum * 2^exponent",
        numbers=numbers,
        expected=total,
        width=width,
        assumed=" && ".join(limits),
        make=lambda: LaneSumUnit(config),
        fast=config.lanes < 3,
    )
