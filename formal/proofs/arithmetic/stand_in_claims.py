"""What the proof of a stand-in claims, in Verilog: see :mod:`lowtide.formal.proofs.arithmetic.stand_in`.

Wires ``pe_NAME`` and ``stand_in_NAME`` are those of either module. Sums are written in the order in which the tree of a
PE adds, carries included: what is the same in both is found from the inputs on.
"""

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.pe.control_bits import control_layout

from ..proof import Numbers, wide
from .limb_sums import tree

__all__ = ["FREE", "NEXT", "NOW", "claims", "numbers"]

#: What Yosys' ``expose`` puts behind the names of registers (what they hold, what they take) and of wires that are cut.
NOW, NEXT, FREE = "_reg_q", "_reg_d", "_cut_i"


def numbers(config: ArrayConfig, parts: list[str], products: list[str]) -> Numbers:
    """What the claims speak of.

    Parameters
    ----------
    config : ArrayConfig
    parts, products : list of str
        Names of the wires at which the PE and its stand-in are cut.
    """
    control, x, w = ("control", "west", "north") if config.tiled else ("pe_control_out", "pe_east", "pe_south")
    lanes, digits = range(config.lanes), range(len(parts) // config.lanes)
    found: Numbers = {}
    for lane in lanes:
        found[f"x_{lane}"] = _operand(config, "x", x, control, lane)
        found[f"w_{lane}"] = _operand(config, "w", w, control, lane)
        for digit in digits:
            found |= _digit(config, lane, digit)
        values = " + ".join(f"(digit_{lane}_{digit} <<< {2 * digit})" for digit in digits)
        found[f"digits_{lane}"] = config.w_width + 4, values
        found[f"product_{lane}"] = config.x_width + config.w_width + 3, f"x_{lane} * w_{lane}"
    width = max(config.acc_width, config.x_width + config.w_width + config.lanes.bit_length() + 8)
    rows = []
    for digit in digits:
        total, carry = _row([f"{lane}_{digit}" for lane in lanes])
        found[f"row_{digit}"] = width, total
        rows.append((f"row_{digit}", carry))
    found["pe_gain"] = width, _joined(rows)
    found["stand_in_gain"] = width, tree([f"$signed({name}{FREE})" for name in products])
    layout = control_layout(config)
    valid, first = (f"{control}[{layout[name].offset}]" for name in ("valid", "first"))
    before = f"({first} ? $signed({config.acc_width}'d0) : pe_result)"
    for side in ("pe", "stand_in"):
        found[f"{side}_expected"] = config.acc_width, f"en & {valid} ? {before} + {side}_gain : pe_result"
    return found


def claims(config: ArrayConfig, parts: list[str], registers: list[str]) -> dict[str, str]:
    """The claims, in the order in which they are numbered there.

    Parameters
    ----------
    config, parts
        As of :func:`numbers`.
    registers : list of str
        Which are the outputs as well.
    """
    lanes = range(config.lanes)
    places = [name.removeprefix("part_") for name in parts]
    found = {f"digit {place} selects its multiple": f"selected_{place} == multiple_{place}" for place in places}
    found |= {f"the digits of lane {lane} are its weight": f"digits_{lane} == w_{lane}" for lane in lanes}
    found["the PE gains what its digits select"] = f"pe_result{NEXT} == pe_expected"
    found |= {f"product {lane} is that of its operands": f"stand_in_product_{lane} == product_{lane}" for lane in lanes}
    found["the stand-in gains its products"] = f"stand_in_result{NEXT} == stand_in_expected"
    for name in registers:
        found[f"{name} is equal"] = f"pe_{name} == stand_in_{name}"
        if name != "result":
            found[f"{name} stays equal"] = f"pe_{name}{NEXT} == stand_in_{name}{NEXT}"
    return found


def _operand(config: ArrayConfig, side: str, port: str, control: str, lane: int) -> tuple[int, str]:
    """An operand as an integer, of one bit more than it is stored in."""
    bits, types = (config.x_width, config.x_types) if side == "x" else (config.w_width, config.w_types)
    layout, name = control_layout(config), f"{side}_signed"
    built_in = f"1'b{int('signed' in types)}"
    is_signed = f"{control}[{layout[name].offset}]" if name in layout.members else built_in
    return bits + 1, wide(port, bits * lane + bits - 1, bits * lane, is_signed)


def _digit(config: ArrayConfig, lane: int, digit: int) -> Numbers:
    """A digit of a weight, whether it is negative, its multiple of x, and what the PE has selected for it."""
    place, width = f"{lane}_{digit}", config.x_width + 4
    below, own, above = (
        f"w_{lane}[{min(bit, config.w_width)}]" if bit >= 0 else "1'b0" for bit in range(2 * digit - 1, 2 * digit + 2)
    )
    return {
        f"negative_{place}": (2, f"{{1'b0, {above}}}"),
        f"digit_{place}": (3, f"{{2'b0, {below}}} + {{2'b0, {own}}} - {{1'b0, {above}, 1'b0}}"),
        f"selected_{place}": (width, f"pe_part_{place} + negative_{place}"),
        f"multiple_{place}": (width, f"digit_{place} * x_{lane}"),
    }


def _row(places: list[str]) -> tuple[str, str]:
    """The sum of what the lanes select for a digit, with all carries but one, and that one."""
    values, carries = [f"$signed(part_{place}{FREE})" for place in places], [f"negative_{place}" for place in places]
    while len(values) > 1:
        pairs = [f"({a} + {b} + {carries.pop(0)})" for a, b in zip(values[::2], values[1::2], strict=False)]
        values = pairs + values[len(values) & ~1 :]
    return values[0], carries[0]


def _joined(rows: list[tuple[str, str]]) -> str:
    """The sum of rows and their carries by powers of four, in pairs."""
    places = 2
    while len(rows) > 1:
        pairs = [
            (f"({low} + (({high} + {carry}) <<< {places}))", left)
            for (low, left), (high, carry) in zip(rows[::2], rows[1::2], strict=False)
        ]
        rows, places = pairs + rows[len(rows) & ~1 :], 2 * places
    return " + ".join(rows[0])
