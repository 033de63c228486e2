"""`bit_plane`: both operands in bit planes, AND and popcount of L bits a cycle (Loom, DAC 2018; BISMO, FPL 2018).

A job goes through all its chunks once for each pair of planes, in falling order of their weight, so that the
accumulator doubles now and then and needs no shifter::

    y = sum_{i,j} ±2^(i+j) popcount(x[i] & w[j])        negative where exactly one plane is a sign plane

Every precision of 1 bit upwards on either side is a mode. Ternary weights are two planes. Where both operands are ±1
one pass does it: ``2 popcount(xnor) - n`` (XNOR-Net, arXiv 1603.05279). The streams carry one bit of each value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Value
from amaranth.lib import data

from ...mode.reasons import Reason
from ...mode.word import Mode
from ...storage_formats import BINARY, FORMATS_OF_DATA, PLAIN, TERNARY, number
from ..kind import Beat, Documents, Kind
from ..kind.time import PlanePair
from ..operation_counts import Operation, additions, multiplications, population_count, shared
from .pe import BitPlanePE
from .plane_pairs import PlanePairs, plane_pairs

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["BitPlane"]


BINARY_DATA, BINARY_WEIGHTS = FORMATS_OF_DATA.index(BINARY), number(BINARY)


class BitPlane(Kind):
    """L bits by L bits."""

    name = "bit_plane"
    summary = "bit planes of both operands, AND and popcount of L bits (Loom, BISMO); XNOR-popcount for ±1"
    documents = Documents(
        west="L bits",
        north="L bits",
        cycles="x_bits w_bits, one in each pass; 1 for ±1",
        values="L",
        modes="Every pair of `x_bits` and `w_bits` from 1 to 8 is a mode, x_bits times w_bits cycles. Ternary "
        "weights run with every `x_bits`.",
        what="both operands in bit planes, AND and popcount (Loom, BISMO)",
        choose="binary and ternary networks",
        steps=("L AND or\nXNOR gates", "popcount"),
    )
    fields = ("pipeline",)
    presets = {"lanes": 64}
    example = {"lanes": 6, "x_formats": (PLAIN.name, BINARY.name), "w_formats": (PLAIN.name, TERNARY.name, BINARY.name)}
    x_formats = (PLAIN.name, BINARY.name)
    w_formats = (PLAIN.name, TERNARY.name, BINARY.name)
    refusal_reason = Reason["WIDTHS"]
    decoder = False  # planes of codes are planes of integers, or bits of ±1

    def validate(self, config: ArrayConfig) -> None:
        if (BINARY.name in config.x_formats) != (BINARY.name in config.w_formats):
            raise ValueError(
                f"x_formats is {', '.join(config.x_formats)}, w_formats {', '.join(config.w_formats)}: "
                "kind bit_plane has binary on both sides or on none"
            )

    def chunk(self, config: ArrayConfig) -> int:
        return config.lanes

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return config.lanes

    def passes(self, config: ArrayConfig, mode: Mode) -> Sequence[PlanePair]:
        return plane_pairs(*(1, 1) if mode.storage("x") == BINARY else (mode.x_bits, mode.w_bits))

    def pass_sequencer(self, config: ArrayConfig) -> PlanePairs:
        return PlanePairs(config)

    def operation_counts(self, config: ArrayConfig, mode: Mode) -> list[Operation]:
        """Each pass products of one bit, their population count, and its addition to the accumulator."""
        counted = population_count(config.lanes) + additions(1, config.acc_width)
        return shared(multiplications(config.lanes, 1, 1) + counted, config.lanes, self.cycles_per_beat(config, mode))

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        return super().supported(config) | {
            "x_bits": range(1, config.x_width + 1),
            "w_bits": range(1, config.w_width + 1),
        }

    def refusal(self, config: ArrayConfig, mode: Mode) -> str | None:
        if (mode.storage("x") == BINARY) != (mode.storage("w") == BINARY):
            return f"x_format is {mode.x_format}, w_format {mode.w_format}: binary goes with binary only"
        if mode.storage("w") == BINARY and mode.diagonal:
            return f"diagonal is {mode.number('diagonal')}, w_format {mode.w_format} has no zero for the other values"
        if mode.storage("x") == BINARY and not mode.x_bits == mode.w_bits == 2:
            return f"x_bits is {mode.x_bits}, w_bits {mode.w_bits}, binary operands are integers of 2 bits"
        if mode.storage("w") == TERNARY and mode.w_bits != 2:
            return f"w_bits is {mode.w_bits}, ternary weights are integers of 2 bits"
        return None

    def refused(self, config: ArrayConfig, word: data.View, intake: Intake) -> Value | None:
        binary = [word.x_format == BINARY_DATA, word.w_format == BINARY_WEIGHTS]
        ternary = word.w_format == number(TERNARY)
        two_bits = [word.x_bits == 1, word.w_bits == 1]  # the word holds bits - 1
        wrong = (binary[0] ^ binary[1]) | (binary[0] & ~(two_bits[0] & two_bits[1])) | (ternary & ~two_bits[1])
        return intake.through(wrong | (binary[1] & word.diagonal), "wrong_binary")

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        shown = {1, 2, 4, 8, config.x_width, config.w_width}
        return [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=x_bits, w_bits=w_bits)
            for x_bits in range(config.x_width, 0, -1)
            for w_bits in range(config.w_width, 0, -1)
            for x in config.signs("x")
            for w in config.signs("w")
            if {x_bits, w_bits} <= shown
        ]

    def format_mode(self, config: ArrayConfig, mode: Mode, w_format: str) -> Mode:
        mode = super().format_mode(config, mode, w_format)
        return mode.change(x_format=w_format, x_bits=2, x_signed=True) if w_format == BINARY.name else mode

    def stream_bits(self, config: ArrayConfig, side: str) -> int:
        return config.lanes

    def element_bits(self, config: ArrayConfig, mode: Mode, side: str) -> int:
        return 1

    def element_sizes(self, config: ArrayConfig, word: data.View, side: str) -> list[tuple[int, Value]]:
        return [(1, Const(1))]

    def padding(self, config: ArrayConfig, word: data.View, side: str) -> Value | None:
        """±1 has no zero: beyond the last value agreement and disagreement alternate, and sum up to -1 or 0."""
        if side == "x" or BINARY.name not in config.w_formats:
            return None
        binary = word.w_format == BINARY_WEIGHTS
        return Cat(binary if (config.lanes - lane) & 1 else Const(0, 1) for lane in range(config.lanes))

    def west_shape(self, config: ArrayConfig) -> data.ArrayLayout:
        return data.ArrayLayout(1, config.lanes)

    def north_shape(self, config: ArrayConfig) -> data.ArrayLayout:
        return data.ArrayLayout(1, config.lanes)

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        binary = {"agree": 1, "odd": 1} if BINARY.name in config.w_formats else {}
        return {"double": 1, "negative": 1} | binary if where == "pe" else {}

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        if where != "pe":
            return {}
        binary = word.w_format == BINARY_WEIGHTS
        padded = ~beat.tail[0] if config.lanes % 2 == 0 else beat.tail[0]  # an odd number of lanes; tail is values - 1
        return {
            "double": beat.control.double & beat.opens,
            "negative": beat.control.negative,
            "agree": binary,
            "odd": binary & beat.closes & padded,
        }

    def processing_element(self, config: ArrayConfig) -> BitPlanePE:
        return BitPlanePE(config, self)
