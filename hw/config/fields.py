"""The fields of a configuration, each stated once: default, range, help, and whether only some kinds have it."""

from dataclasses import dataclass, replace

from ..logic.packing import BLOCKS
from ..mode.word import DATA_FORMATS, WEIGHT_FORMATS
from ..pe import KINDS
from .setting import Setting, choice, flag, integer, power_of_two, settings_of, several, text

__all__ = ["BY_NAME", "SETTINGS", "TYPES", "Fields", "settings_for"]

TYPES = ("signed", "unsigned")
ENCODINGS = ("hese", "binary")


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What decides an array. The fields explain themselves, see :data:`SETTINGS`.

    What is None is filled in with the default that stands here or that the kind of PE has instead.
    """

    name: str = text("custom", "name of the configuration, and of the top module and the files")
    kind: str = choice("parallel", tuple(KINDS), "kind of processing element: {allowed}")
    rows: int = integer(8, 1, 256, "rows of the array: rows of X, and of the result, at a time ({range})")
    cols: int = integer(8, 1, 256, "columns of the array: columns of W, and of the result, at a time ({range})")
    tile_rows: int = power_of_two(
        1, 1, 16, "rows of a tile, PEs that share operands and move on together: a power of two that divides the rows"
    )
    tile_cols: int = power_of_two(1, 1, 16, "columns of a tile: a power of two that divides the columns")
    lanes: int = integer(
        1, 1, 64, "values, or weight terms (term), that a PE takes each cycle; 1 where a kind has no lanes", open=True
    )
    x_width: int = integer(8, 2, 16, "width of a datum, in bits ({range})", open=True)
    w_width: int = integer(8, 2, 16, "width of a weight, in bits ({range})", open=True)
    acc_width: int = integer(
        32, 4, 64, "width of the accumulator, two's complement, wraps (at least x_width + w_width, at most {most})"
    )
    x_types: tuple[str, ...] = several(
        TYPES, TYPES, "number types of data that modes can choose: signed, unsigned or both", open=True
    )
    w_types: tuple[str, ...] = several(
        ("signed",), TYPES, "number types of weights that modes can choose: signed, unsigned or both", open=True
    )
    x_formats: tuple[str, ...] = several(
        ("plain",), DATA_FORMATS, "storage formats of data that modes can choose: {allowed}"
    )
    w_formats: tuple[str, ...] = several(
        ("plain",), WEIGHT_FORMATS, "storage formats of weights that modes can choose: {allowed}"
    )
    exponent_bits: int = integer(
        0,
        0,
        6,
        "width of a chunk's exponent ({least}, none, to {most}): on either side in block floating point, of "
        "the weights alone for digit",
    )
    guard_bits: int = integer(0, 0, 16, "block floating point: fraction bits of the accumulator ({range})")
    encodings: tuple[str, ...] = several(
        ENCODINGS, ENCODINGS, "encodings that modes can choose: hese, binary or both", absent=()
    )
    multiplier: str | None = choice(
        "inferred",
        ("inferred", "booth", *(block.name for block in BLOCKS)),
        "inferred (by synthesis, or DSP blocks), booth (radix-4 digits summed over the lanes), or products of a tile's "
        "PEs packed into multipliers of 25 x 18 bits (DSP48) or 18 x 18 (MULT18)",
        absent=None,
    )
    sums: str | None = choice(
        "tree",
        ("tree", "chains", "chain"),
        "lanes are added in pairs (tree, the fastest), in a row for each digit (chains), or all in one row (chain, the "
        "fewest LUTs of six inputs)",
        absent=None,
    )
    group: int = integer(8, 1, 16, "largest group, in values ({range})", absent=1)
    budget: int = integer(
        None, 1, 511, "largest budget, in terms of a group ({range}); left open: enough to keep every term", absent=1
    )
    dedicated: bool | None = flag(
        False,
        "one lane sees only value 0 of the group, one only value 1, and so on; the others are shared",
        absent=None,
    )
    window: int | None = integer(
        None,
        1,
        16,
        "values of the group that a lane which is not dedicated can see; left open: the whole group",
        absent=None,
    )
    digits: str | None = choice(
        "binary",
        ("binary", "booth"),
        "weights in series as bits (binary) or as radix-4 Booth digits (booth)",
        absent=None,
    )
    digits_per_cycle: int = integer(
        2, 1, 4, "radix-4 digits of a weight that a PE takes each cycle: 1, 2 or 4", absent=1
    )
    weight_cycles: int = integer(
        None, 1, 9, "cycles that a weight may take ({range}); left open: enough for the widest", absent=1
    )
    accumulation: str | None = choice(
        "direct",
        ("direct", "coefficients"),
        "add each power of two (direct) or count them in a coefficient vector (coefficients)",
        absent=None,
    )
    coefficient_width: int | None = integer(
        None, 2, 32, "width of a coefficient, two's complement, wraps ({range})", absent=None
    )
    pipeline: int = integer(
        0, 0, 2, "register stages in the sum of a PE ({range}): a faster clock, results as many cycles later", absent=0
    )
    result_buffer: bool = flag(
        True,
        "results leave while the next job runs; without, each job waits for those of the one before, rows - 1 cycles",
    )


def _explained(setting: Setting) -> Setting:
    """A field whose help begins with the kinds that have it, where not all have."""
    owners = ", ".join(kind.name for kind in KINDS.values() if setting.name in kind.fields)
    return replace(setting, help=f"{owners}: {setting.help}") if setting.own else setting


#: The fields of a configuration, in order: from these the command line, sweeps, documents and random tests are made.
SETTINGS = tuple(map(_explained, settings_of(Fields)))
BY_NAME = {setting.name: setting for setting in SETTINGS}


def settings_for(kind: str) -> tuple[Setting, ...]:
    """The fields as a kind of PE has them: what is allowed narrowed to its ``limits``, the defaults its ``presets``."""
    return tuple(setting.of_kind(KINDS[kind].limits, KINDS[kind].presets) for setting in SETTINGS)
