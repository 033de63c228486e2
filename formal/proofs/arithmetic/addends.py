"""Proofs of the kinds that take several cycles a chunk: what one cycle adds is what the operands of that cycle mean.

Few lanes: that sums of many values may be added in any order is hard for SAT solvers and says nothing about a PE.
"""

from typing import Any

from lowtide.hw import ArrayConfig
from lowtide.hw.logic.term_encoder import positions
from lowtide.hw.pe.digit.digits import largest_shift
from lowtide.hw.pe.operands import operand_shape
from lowtide.hw.pe.term.blocks import Block, blocks

from ..proof import Numbers, Proof, every, wide
from .addend import booth_digit, fields, proof_of_addend
from .units import BoothDigitsUnit, LaneSumUnit

__all__ = ["addend_proofs"]

BOTH = ("signed", "unsigned")


def addend_proofs() -> list[Proof]:
    """The Booth recoder, and one cycle of every kind with several cycles a chunk."""
    serial: dict[str, Any] = {"kind": "bit_serial", "x_types": BOTH, "w_types": BOTH}
    digits: dict[str, Any] = {"kind": "digit", "x_types": BOTH}
    terms: dict[str, Any] = {"kind": "term", "group": 4, "x_width": 4, "w_width": 4}
    return [
        booth_recoder(9),
        booth_recoder(17),
        bit_serial(ArrayConfig(name="bit_serial_binary", lanes=3, digits="binary", **serial)),
        bit_serial(ArrayConfig(name="bit_serial_booth", lanes=2, digits="booth", **serial)),
        digit(ArrayConfig(name="digit_d1", lanes=2, digits_per_cycle=1, **digits)),
        digit(ArrayConfig(name="digit_d1_e2", lanes=3, digits_per_cycle=1, exponent_bits=2, x_width=4, **digits)),
        digit(ArrayConfig(name="digit_d2_e2", lanes=1, digits_per_cycle=2, exponent_bits=2, **digits)),
        digit(ArrayConfig(name="digit_d2_l2", lanes=2, digits_per_cycle=2, x_width=4, **digits), fast=False),
        digit(ArrayConfig(name="digit_d4", lanes=1, digits_per_cycle=4, **digits), fast=False),
        digit(ArrayConfig(name="digit_d4_e3", lanes=1, digits_per_cycle=4, exponent_bits=3, x_width=4, **digits)),
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
        *(lane_sum(ArrayConfig(name=f"term_l{lanes}", lanes=lanes, **terms)) for lanes in (1, 2, 3)),
        *(lane_sum(ArrayConfig(name=f"term_l{lanes}_chain", lanes=lanes, sums="chain", **terms)) for lanes in (2, 3)),
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


def digit(config: ArrayConfig, *, fast: bool = True) -> Proof:
    """Some digits of every weight by held data: for each digit the lanes' sum, then the digits in pairs, as the PE adds
    them; shifted up by what ``down`` leaves of the largest shift."""
    lanes, count, most = range(config.lanes), config.digits_per_cycle, largest_shift(config)
    bits = config.x_width + 2  # of a datum times a digit
    numbers: Numbers = {
        f"datum_{i}": (bits, wide(f"west_{i}", config.x_width - 1, 0, "control_x_signed")) for i in lanes
    }
    places = [(i, j) for j in range(count) for i in lanes]
    for i, j in places:
        name = f"north_digits_{i}_{j}"
        selected = f"(({name}_one ? datum_{i} : 0) + ({name}_two ? datum_{i} <<< 1 : 0))"
        numbers[f"product_{i}_{j}"] = (bits, f"{name}_negative ? -{selected} : {selected}")
    wide_sum = bits + len(lanes).bit_length()
    for j in range(count):
        numbers[f"digit_{j}"] = (wide_sum, " + ".join(f"product_{i}_{j}" for i in lanes))
    names, distance = [f"digit_{j}" for j in range(count)], 2
    while len(names) > 1:
        wide_sum += distance + 1
        for low, high in zip(names[::2], names[1::2], strict=True):
            numbers[f"{low}_up"] = (wide_sum, f"{low} + ({high} <<< {distance})")
        names, distance = [f"{low}_up" for low in names[::2]], 2 * distance
    assumed = [f"!(north_digits_{i}_{j}_one && north_digits_{i}_{j}_two)" for i, j in places]
    down = fields(operand_shape(config, "w"), "north").get("north_down", 0)
    return proof_of_addend(
        config,
        f"{config.lanes} lane{'s' * (config.lanes > 1)}, {count} digit{'s' * (count > 1)} of each weight"
        + (f", exponents of {config.exponent_bits} bits" if config.exponent_bits else "")
        + ": the sum of datum times digit * 4^place"
        + (", times 2^shift" if most else ""),
        numbers=numbers,
        width=wide_sum + most,
        expected=f"{names[0]} <<< ({most} - north_down)" if most else names[0],
        assumed=" && ".join([*assumed, f"north_down <= {most}"] if most else assumed),
        cases=every(north_down=down) if most else ({},),
        fast=fast,
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
        f"{config.lanes} lane{'s' * (config.lanes > 1)}, a group of {config.group} 4-bit data"
        + (", added in a row" if config.sums == "chain" else "")
        + ": the sum of ± datum * 2^exponent",
        numbers=numbers,
        expected=total,
        width=width,
        assumed=" && ".join(limits),
        make=lambda: LaneSumUnit(config),
        fast=config.lanes < 3,
    )
