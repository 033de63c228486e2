"""The record EXEC: one layer, or a part of one, of any kind."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar

from .field import stated
from .record import RECORD_BYTES, Kind, TokenRecord

__all__ = ["Exec", "Operand", "Source"]


class Source(IntEnum):
    """Where results come from."""

    ENGINE = 0
    VECTOR_SUM = 1
    VECTOR_MAX = 2


class Operand(IntEnum):
    """What a second tensor does to results."""

    NONE = 0
    ADD = 1
    PRODUCT = 2


def of_job(default: int | None, meaning: str, **about: Any) -> Any:
    return stated(default, meaning=meaning, group="job", **about)


def of_nest(default: int | None, meaning: str, **about: Any) -> Any:
    return stated(default, meaning=meaning, group="nest", **about)


def of_pixels(default: int | None, meaning: str, **about: Any) -> Any:
    return stated(default, meaning=meaning, group="pixels", **about)


def step(group: str, meaning: str) -> Any:
    return stated(0, bits=24, signed=True, group=group, meaning=meaning)


def base(group: str, meaning: str) -> Any:
    return stated(0, bits=24, group=group, meaning=meaning)


def of_output(default: int, meaning: str, **about: Any) -> Any:
    return stated(default, meaning=meaning, group="output", **about)


def of_operand(default: int, meaning: str, **about: Any) -> Any:
    return stated(default, meaning=meaning, group="operand", **about)


def of_post(default: int, meaning: str, **about: Any) -> Any:
    return stated(default, meaning=meaning, group="post", **about)


@dataclass(frozen=True, kw_only=True)
class Exec(TokenRecord):
    """EXEC: a matrix product, convolution or reduction from feature memory to feature memory, and what follows it.

    The fields explain themselves: :meth:`layout` has the meaning of each. Steps are atoms.
    """

    kind: ClassVar[Kind] = Kind.EXEC
    size: ClassVar[int] = 2 * RECORD_BYTES

    mode: int = of_job(0, "the mode word; without meaning for a vector source", bits=48)
    chunks: int = of_job(1, "chunks of a job: taps times blocks", bits=16, least=1)
    tail: int = of_job(
        0, "values of a job's last chunk, less one; vector source: values of an input atom, less one", bits=6
    )
    source: Source = of_job(
        Source.ENGINE, "where results come from: 0 the engine, 1 vector sum, 2 vector max", bits=2, choices=Source
    )
    in_signed: int = of_job(0, "vector source: values are two's complement")
    in_bits: int = of_job(8, "vector source: bits of a value", bits=5, least=1, most=16)
    weight_packing: int = of_job(0, "a weight word holds 1, 2 or 4 beats for 0, 1, 2", bits=2, most=2)

    tap_base: int = of_nest(0, "the first entry of the tap memory", bits=10)
    taps: int = of_nest(1, "taps of a job", bits=11, least=1, most=1024)
    blocks: int = of_nest(1, "blocks of values of a tap; vector source: 1", bits=12, least=1)
    block_step: int = step("nest", "from one block to the next")
    plane_step: int = step("nest", "from one bit plane to the next")
    tiles: int = of_nest(1, "tiles of output channels; without meaning for a vector source", bits=12, least=1)
    tile_columns: int = of_nest(1, "columns of a tile that count, output channels of a tile", bits=9, least=1, most=256)
    tiles_per_step: int = of_nest(1, "tiles that read the same atoms", bits=12, least=1)
    tile_step: int = step("nest", "from the atoms of so many tiles to those of the next ones")
    weight_base: int = of_nest(0, "the first word of the weight memory", bits=20)

    out_rows: int = of_pixels(1, "rows of output pixels", bits=14, least=1)
    out_columns: int = of_pixels(1, "columns of output pixels", bits=14, least=1)
    in_rows: int = of_pixels(1, "rows of input pixels: a tap beyond is padding", bits=14, least=1)
    in_columns: int = of_pixels(1, "columns of input pixels: a tap beyond is padding", bits=14, least=1)
    stride_y: int = of_pixels(1, "input rows for each output row, where taps are compared with in_rows", bits=4)
    stride_x: int = of_pixels(1, "input columns for each output column", bits=4)
    padding: int = of_pixels(0, "code of every value of a tap beyond the input; its low bits count", bits=16)

    in_base: int = base("input", "atom of output pixel (0, 0), tile 0 and offset 0")
    in_row_step: int = step("input", "from one output row to the next")
    in_column_step: int = step("input", "from one output column to the next")

    out_base: int = base("output", "atom of output pixel (0, 0) and channel 0")
    out_row_step: int = step("output", "from one row to the next of those that are stored together")
    out_row_phase: int = step("output", "from row 0 to row 1 where these are stored apart")
    out_column_phase: int = step("output", "from column 0 to column 1 where these are stored apart")
    out_apart: int = of_output(
        1, "rows and columns are stored apart by their number modulo this", bits=3, least=1, most=4
    )
    out_block_step: int = step("output", "from one block of channels to the next")
    out_plane_step: int = step("output", "from one bit plane to the next")
    out_channels: int = of_output(1, "channels that are written; others are dropped", bits=14, least=1)
    out_bits: int = of_output(8, "bits of a value", bits=5, least=1, most=16)
    out_values: int = of_output(1, "values of an atom", bits=7, least=1, most=64)
    out_planes: int = of_output(0, "each bit of the values has an atom of its own")
    out_signed: int = of_output(0, "values are two's complement: what top_terms clips to, top_k compares")

    operand: Operand = of_operand(Operand.NONE, "0 none, 1 add, 2 product", bits=2, choices=Operand)
    operand_base: int = base("operand", "atom of output pixel (0, 0) and channel 0")
    operand_row_step: int = step("operand", "from one row to the next")
    operand_block_step: int = step("operand", "from one block of channels to the next")
    operand_zero: int = of_operand(0, "zero point of the operand", bits=16, signed=True)
    operand_signed: int = of_operand(0, "values of the operand are two's complement")
    own_multiplier: int = of_operand(0, "multiplier of the result", bits=24)
    operand_multiplier: int = of_operand(0, "multiplier of the operand (add)", bits=24)
    operand_shift: int = of_operand(0, "shift of the sum or product", bits=6)
    low2: int = of_operand(-(1 << 15), "lower limit behind the operand", bits=16, signed=True)
    high2: int = of_operand((1 << 15) - 1, "upper limit behind the operand", bits=16, signed=True)

    parameter_base: int = of_post(0, "entry of the parameter memory of channel 0", bits=16)
    parameter_step: int = of_post(1, "1: an entry for each channel, 0: one for all")
    low: int = of_post(-(1 << 15), "lower limit behind the shift, before the zero point", bits=16, signed=True)
    high: int = of_post((1 << 15) - 1, "upper limit behind the shift", bits=16, signed=True)
    zero: int = of_post(0, "zero point that is added to the result", bits=16, signed=True)
    table: int = of_post(0, "codes go through the table memory")
    top_terms: int = of_post(0, "largest HESE terms that are kept of each code, 0 keeps all", bits=4)
    top_k: int = of_post(0, "so many largest codes of the pixel are written with their channels, 0 writes all", bits=4)
    measure: int = of_post(0, "the smallest and the largest sum of a result and its bias are told in the profile")
