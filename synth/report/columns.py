"""The columns of the report's tables, each explained once. The names of parts, recipes and sizes are the run's own."""

from collections.abc import Iterable

from ..comparisons.breakdown import PARTS
from ..prices.goals import FORMS
from .document import Column

__all__ = [
    "area_at",
    "columns",
    "engine_size",
    "multiplication_in",
    "of_tiles",
    "part_of_pe",
    "recipe_area",
    "resource",
]

#: Columns of numbers: name to what it means.
_NUMBERS = {
    "its area / mult.": "area of that conventional PE over its multiplications per cycle.",
    "area, one mode": "area of a PE of this kind that is built for this mode and nothing else.",
    "area, one mode / mult.": "area of the PE built for this mode alone, over its multiplications per cycle.",
    "area, all modes": "area of the PE with all its modes.",
    "mult. / cycle": "multiplications that one PE completes each cycle.",
    "area / mult.": "area of the PE with all its modes, over its multiplications per cycle in this mode.",
    "ratio": "*area / mult.* over that of the best conventional PE of these widths. Below 1 the PE is smaller, above 1 "
    "it loses.",
    "ratio to 1 lane": "*area / mult.* over that of the best conventional PE of one lane.",
    "ratio to 8 lanes": "*area / mult.* over that of the best conventional PE of eight lanes.",
    "ratio, one mode": "the *ratio* of the PE that is built for this mode alone.",
    "smaller than": "exact multipliers of so many data and weight bits, and wider ones, that take more area. Term "
    "revealing is worth its loss of accuracy only if weights of fewer bits lose more.",
    "fJ / mult.": "energy of one multiplication, in femtojoules: cells and clock, no wires.",
    "energy ratio": "*fJ / mult.* over that of the best conventional PE of these widths. Below 1 it takes less.",
    "stored bits": "bits of a weight as it is stored, its share of an exponent included.",
    "delay, ns": "a cycle of the PE on an ECP5 over its multiplications per cycle.",
    "points lost": "accuracy lost beside the float network on the odd pictures, ± one standard error, and how many.",
    "to choose by": "the same on the even pictures, by which choices are made.",
    "at most": "points that may be lost on the even pictures.",
    "8-bit / mult.": "area over multiplications per cycle at 8 bits.",
    "4-bit / mult.": "the same with 4-bit weights, and data of 4 bits where the unit has them.",
    "2-bit / mult.": "the same with 2-bit weights, and data of 2 bits where the unit has them.",
    "modes": "how many modes of the PE are priced.",
    "area of the PE": "area of one PE with all its modes.",
    "sum of parts": "the parts together over the PE as it is priced: they are mapped apart from each other.",
    "different PEs": "how many PEs of different hardware the modes would need if each had its own.",
    "largest alone": "area of the largest PE that has one of the modes alone.",
    "sum alone": "area of all the *different PEs* together.",
    "over largest": "*area, all modes* over *largest alone*: what the other modes cost.",
    "over sum": "*area, all modes* over *sum alone*: what sharing saves.",
    "clock": "share of the energy that goes into the clock pins.",
    "register energy": "share of the energy that goes into registers, apart from their clock.",
    "logic": "share of the energy that goes into everything else.",
    "fJ by operations": "energy of the additions and multiplications alone, by M. Horowitz' table for 45 nm.",
    "leakage nW": "power of the PE while nothing happens.",
    "median MHz": "clock rate after place and route, median of three seeds.",
    "best MHz": "clock rate after place and route, the best of three seeds.",
    "tree": "area of the PE where lanes are added in pairs: the fastest.",
    "chains": "area of the PE where the lanes of a digit are added in a row.",
    "chain": "area of the PE where all lanes and digits are added in one row: it does not count, see above.",
    "logic + routing ns": "the two parts of the longest path.",
    "critical path ns": "the longest path, by OpenSTA.",
    "fastest MHz": "the highest clock of standard cells that the PE reaches, without wires.",
    "area of it / mult.": "area of what is built, over its multiplications per cycle.",
    "rate": "multiplications per cycle, at full width with every term kept and in the fastest mode.",
    "GE": "area of the PE in gate equivalents.",
    "LUT": "area of the PE in LUTs of Xilinx 7 series.",
    "area of the engine": "area of the whole engine.",
    "area for each PE": "that over the number of PEs.",
    "seconds": "processor time.",
    "MiB": "the most memory that one Yosys held.",
} | {f"to {form}": "its area over that form of the baseline." for form in FORMS}
#: Columns of words.
_WORDS = {
    "mode": "how data (x) and weights (w) are quantised: *int8x4* is 8-bit data and 4-bit weights, *TR g=8 k=12* the "
    "12 largest terms of a group of 8 weights, *s=3* the 3 largest terms of each datum, *l=10 dedicated w=8* ten "
    "lanes, one of them for each value and the others for any of eight; *log4*, *ternary*, *binary* and *codebook16* "
    "are storage formats of weights; *b=8 e=3* blocks of 8 values with an exponent of 3 bits.",
    "PE": "the processing element: a kind, where it is the one that has all modes of that kind, else a named "
    "configuration. On the HTML page it links to the Verilog that was priced.",
    "x, w bits": "widths of the integers that are multiplied, data and weights.",
    "conventional PE": "the best PE of ordinary multipliers for exactly these widths: how many lanes, and whether its "
    "multipliers are written with `*` or as Booth digits, and whether these are added in a row (*chains*).",
    "best other PE": "of all other PEs, each built for this mode alone, the smallest per multiplication.",
    "best with all modes": "of the PEs that have all modes of their kind, the smallest per multiplication in this one.",
    "take": "the smallest if this mode is all you need; both where they differ by less than 2 %.",
    "Fmax MHz": "clock of the PE, lanes added in pairs, placed and routed on an FPGA, median of three seeds.",
    "accuracy": "what the mode keeps, ± the standard error of its loss.",
    "accuracy of": "the network, the rounding and, as n, the number of pictures.",
    "counts": "the recipe of the least area, which is the one that counts.",
    "sums that count": "the structure of the smaller area among *tree* and *chains*.",
    "engine": "a whole engine: array, edges, sequencer, readout.",
    "library": "the cells.",
    "best of all in": "measures in which no choice is as small and loses as little.",
    "best of flexible in": "the same among PEs that have all modes.",
    "unit of others": "what was published, and whose code was measured.",
    "goal": "how large the PE was meant to be at most, in parts of a baseline's area.",
    "GE mostly": "the largest parts of its area.",
    "module": "the Verilog module that was synthesised.",
    "recipe": "the way in which it was synthesised.",
    "line": "what the tool said.",
    "size": "rows and columns of PEs.",
    "edges": "share of what is no PE: encoders and decoders at the border, skews, readout, sequencer.",
}
#: Columns of few different words, which tables are filtered by.
_CHOICES = {
    "kind": "the kind of PE.",
    "verdict": "*wins*: smaller than the best conventional PE even with all its modes; *wins alone*: only if built for "
    "this mode alone; *equal*: within 2 %; *loses*: larger.",
    "target": "what is mapped to: standard cells or an FPGA.",
    "unit": "the PE alone between registers, of tiles a whole one, or an engine of 4x4 PEs.",
    "FPGA": "the device.",
    "network": "the network that the accuracy is of.",
    "built": "*flexible*: with all modes; *alone*: for this mode only; *conventional*: ordinary multipliers of these "
    "widths; *published*: by others.",
    "reached": "whether the goal holds against the smaller form of the baseline.",
}
_KNOWN = {
    name: Column(name, meaning, words=names is not _NUMBERS, choice=names is _CHOICES)
    for names in (_NUMBERS, _WORDS, _CHOICES)
    for name, meaning in names.items()
}
_PARTS = {
    "registers": "registers of operands",
    "multiplication": "multipliers, Booth digits, and multiplexers and shifters that make products",
    "reduction": "additions of products",
    "accumulation": "accumulator and what lies on the way from it to itself",
    "control": "control bits that travel with the operands, and completion",
}


def columns(*names: str) -> tuple[Column, ...]:
    """The known columns of these names."""
    return tuple(_KNOWN[name] for name in names)


def part_of_pe() -> tuple[Column, ...]:
    """A column for each part that a PE is taken apart into."""
    return tuple(Column(part, f"area and share of the {_PARTS[part]}.", words=True) for part in PARTS)


def multiplication_in(mode: str) -> Column:
    """A column of the area per multiplication in an integer mode."""
    return Column(f"{mode} / mult.", "area over multiplications per cycle in that mode; the least one is green.")


def recipe_area(recipe: str) -> Column:
    """A column of the area through a recipe."""
    return Column(recipe, "area through this recipe; *the same* where nothing is multiplied.", words=True)


def resource(name: str) -> Column:
    """A column of a resource of the PE, by the recipe that counts."""
    return Column(name, "how much of the area this takes, or how many of these the PE has, by the recipe that counts.")


def area_at(mhz: float) -> tuple[Column, Column]:
    """Columns of the area at a clock, and of its ratio."""
    return (
        Column(
            f"area at {mhz:.0f} MHz",
            "the smallest area of standard cells with which the PE reaches this clock, over register stages and kinds "
            "of adder; in brackets the stages in its sum.",
            words=True,
        ),
        Column(
            f"ratio at {mhz:.0f} MHz",
            "that over the conventional PE (B1 multiplies once a cycle, B8 eight times) that does the same work in a "
            "cycle, at the same clock; empty where the PE takes several cycles for it.",
        ),
    )


def of_tiles(resources: Iterable[str]) -> tuple[Column, ...]:
    """Columns of what tiles save, behind the name of the PE; ``resources`` are those beside the area."""
    return (
        Column("tile", "rows and columns of PEs that share operands.", words=True),
        Column("PE alone", "area of the PE that has operands of its own."),
        Column("PE in a tile", "area of a tile over its PEs."),
        Column("saved %", "how much smaller that is."),
        *(
            column
            for name in resources
            for column in (
                Column(f"{name}, alone", "how many of these the PE that has operands of its own takes."),
                Column(f"{name}, in a tile", "how many a tile takes, over its PEs."),
            )
        ),
        Column("engine / PE", "area of the whole engine without tiles over its PEs; empty where it was not priced."),
        Column("with tiles / PE", "the same with tiles, the registers of results that have to wait among it."),
        Column("engine saved %", "how much smaller that is."),
    )


def engine_size(rows: int) -> Column:
    """A column of engines of so many rows and columns."""
    return Column(
        f"{rows}x{rows}",
        "area of an engine of so many PEs and, in brackets, the share of its edges: encoders and "
        "decoders at the border, skews, readout, sequencer.",
        words=True,
    )
