"""What one job computes (`Mode`) and what is built (`Array`), and whether the one can run on the other.

Every function of `golden` reads attributes only: any object with the attribute names of `Mode` and `Array`
will do, such as the hardware's own mode word and configuration. An attribute of the array that its kind gives
no meaning may be None there.
"""

from dataclasses import dataclass

from .checks import LARGEST_BITS, SMALLEST_BITS, check_bits, check_integer
from .duck_types import AnyArray, AnyMode
from .pe import KINDS
from .pe.fields import check_choice
from .storage_formats import find, format_of

TYPES = ("signed", "unsigned")
FLAGS = ("x_signed", "w_signed", "hese", "select", "block_floating", "group_exponent", "diagonal")
LARGEST_EXPONENT_BITS = 16
LARGEST_GUARD_BITS = 63


@dataclass(frozen=True, kw_only=True)
class Mode:
    """What one job computes. A field that a PE kind gives no meaning stays at its default.

    Parameters
    ----------
    x_signed, w_signed : bool
        Number types of X and W, decoded.
    hese : bool
        Terms are HESE, else binary.
    select : bool
        Keep the ``budget`` highest weight terms of every ``group`` values along K, else every term.
    x_bits, w_bits : int
        Width of the integers of X and W, decoded: 1..16, most kinds from 2.
    data_terms : int
        Terms that are kept of every value of X, the highest; 0 for all.
    group, budget : int
        Values that share a budget of weight terms, and that budget.
    x_format, w_format : str
        Storage formats of X and W, see `lowtide.golden.storage_formats`.
    codebook : int
        Which of the two codebooks that an array holds, 0 or 1; without meaning for other formats.
    block_floating : bool
        Each chunk of X and W has an exponent.
    group_exponent : bool
        Each chunk of W has an exponent, and its weights count ``2^exponent`` times.
    diagonal : bool
        A chunk of W is one weight of each column, which column c multiplies by value ``c mod V`` of the row's chunk of
        V values, see `lowtide.golden.diagonal`.
    """

    x_signed: bool = True
    w_signed: bool = True
    hese: bool = False
    select: bool = False
    x_bits: int = 8
    w_bits: int = 8
    data_terms: int = 0
    group: int = 1
    budget: int = 1
    x_format: str = "plain"
    w_format: str = "plain"
    codebook: int = 0
    block_floating: bool = False
    group_exponent: bool = False
    diagonal: bool = False


@dataclass(frozen=True, kw_only=True)
class Array:
    """What is built: rows x cols PEs of a kind.

    Parameters
    ----------
    kind : str
        A key of `lowtide.golden.KINDS`.
    rows, cols : int
    tile_rows, tile_cols : int
        Rows and columns of a tile: PEs whose sums are complete at the same time. They divide rows and cols.
    lanes : int
        Products, terms or bits a cycle of each PE, where the kind has lanes.
    acc_width : int
        Accumulator bits, 2..64.
    group : int
        The largest group (term, term_pair), 1..32.
    result_buffer : bool
        Results drain while the next job runs.
    x_width, w_width : int
        The widest operands, 2..16.
    x_types, w_types : tuple of str
        Number types that modes can choose: "signed", "unsigned" or both.
    x_formats, w_formats : tuple of str, or None
        Storage formats of X and W that modes can choose; None: every one that the kind can have.
    encodings : tuple of str
        Of terms that modes can choose: "hese", "binary" or both (term, term_pair).
    budget : int or None
        The largest budget (term, term_pair); None: any.
    dedicated : bool
        Lanes that see one value each (term), see `lowtide.golden.lane_rules`.
    window : int or None
        Values that the other lanes see (term); None: the whole group.
    digits : str
        Of serial weights (bit_serial): "binary" or "booth".
    accumulation : str
        Of term pairs (term_pair): "direct" or "coefficients".
    coefficient_width : int or None
        Bits of a coefficient, 2..64, needed with "coefficients".
    guard_bits : int
        Bits kept below the unit of the largest exponents (block floating point), 0..63.
    exponent_bits : int
        Bits of a chunk's exponent, 1..16; 0 if the array has none.
    digits_per_cycle : int
        Radix-4 digits of a weight that are taken a cycle (digit): 1, 2 or 4.
    weight_cycles : int or None
        The most cycles of a weight (digit); None: any.
    """

    kind: str
    rows: int
    cols: int
    tile_rows: int = 1
    tile_cols: int = 1
    lanes: int = 1
    acc_width: int = 32
    group: int = 1
    result_buffer: bool = True
    x_width: int = 8
    w_width: int = 8
    x_types: tuple[str, ...] = TYPES
    w_types: tuple[str, ...] = TYPES
    x_formats: tuple[str, ...] | None = None
    w_formats: tuple[str, ...] | None = None
    encodings: tuple[str, ...] = ("hese", "binary")
    budget: int | None = None
    dedicated: bool = False
    window: int | None = None
    digits: str = "binary"
    accumulation: str = "direct"
    coefficient_width: int | None = None
    guard_bits: int = 0
    exponent_bits: int = 0
    digits_per_cycle: int = 2
    weight_cycles: int | None = None


def check(mode: AnyMode, array: AnyArray) -> None:
    """ValueError that names the field unless the array exists and can run the mode."""
    if array.kind not in KINDS:
        raise ValueError(f"array.kind is {array.kind!r}, allowed are {', '.join(KINDS)}")
    for field in ("rows", "cols"):
        check_integer(f"array.{field}", getattr(array, field), 1)
        tile = check_integer(f"array.tile_{field}", getattr(array, f"tile_{field}"), 1)
        if getattr(array, field) % tile:
            raise ValueError(
                f"array.tile_{field} is {tile}, allowed are divisors of array.{field}, {getattr(array, field)}"
            )
    check_integer("array.acc_width", array.acc_width, 2, 64)
    for flag in FLAGS:
        check_choice(f"mode.{flag}", getattr(mode, flag), (False, True))
    _check_side(mode, array, "x")
    _check_side(mode, array, "w")
    check_integer("mode.codebook", mode.codebook, 0, int(any(find(name).entries for name in _formats(array, "w"))))
    KINDS[array.kind].check(mode, array)
    if mode.group_exponent:
        check_choice("mode.group_exponent", mode.group_exponent, (False, True)[: 1 + KINDS[array.kind].group_exponents])
        check_integer("array.exponent_bits", array.exponent_bits, 1, LARGEST_EXPONENT_BITS)
    if mode.block_floating:
        check_integer("array.exponent_bits", array.exponent_bits, 1, LARGEST_EXPONENT_BITS)
        check_integer("array.guard_bits", array.guard_bits, 0, LARGEST_GUARD_BITS)


def _check_side(mode: AnyMode, array: AnyArray, side: str) -> None:
    """ValueError unless the array has the number type, the width and the storage format of ``side``, "x" or "w"."""
    width = check_integer(f"array.{side}_width", getattr(array, f"{side}_width"), SMALLEST_BITS, LARGEST_BITS)
    check_bits(f"mode.{side}_bits", getattr(mode, f"{side}_bits"), 1, width)
    format_of(mode, side)
    types = getattr(array, f"{side}_types")
    check_choice(f"mode.{side}_signed", getattr(mode, f"{side}_signed"), [kind == "signed" for kind in types])
    name, allowed = getattr(mode, f"{side}_format"), _formats(array, side)
    if name not in allowed:
        raise ValueError(f"mode.{side}_format is {name!r}, allowed on this {array.kind} array are {', '.join(allowed)}")


def _formats(array: AnyArray, side: str) -> list[str]:
    """The storage formats of ``side``, "x" or "w", that modes of this array can choose."""
    of_kind, built = getattr(KINDS[array.kind], f"{side}_formats"), getattr(array, f"{side}_formats")
    return [name for name in of_kind if built is None or name in built]
