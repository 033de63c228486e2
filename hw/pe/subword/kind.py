"""`subword`: one N x N multiplier that is also two of N/2 x N/2 or four of N/4 x N/4 (DVAFS; Moons et al., DATE 2017).

N is 8 or 16. Both operands of a mode have the same width, N, N/2 or N/4, signed or unsigned by mode; their 1, 2 or 4
products are added into one accumulator, one beat a cycle (sum-together; Camus et al., JETCAS 2019). The multiplier
wants the weights of a beat in reverse order (:mod:`lowtide.hw.pe.subword.multiplier`), which the north edge sees to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, ShapeLike, Value, unsigned
from amaranth.lib import data

from ...mode.reasons import Reason
from ...mode.word import Mode
from ...storage_formats import PLAIN, find, number
from ..kind import Beat, Documents, Kind
from .edge import WeightReverser
from .multiplier import PARTS
from .pe import SubwordPE

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["Subword"]


COUNTS = ("halves", "quarters")  #: control bits: two, four values in an operand


class Subword(Kind):
    """One multiplier for one, two or four products."""

    name = "subword"
    summary = "one N x N multiplier that is also two of N/2 x N/2 or four of N/4 x N/4 (DVAFS, sum-together)"
    documents = Documents(
        west="N bits",
        north="N bits",
        cycles="1",
        values="1, 2 or 4",
        modes="Block floating point runs with all modes.",
        what="one multiplier cut into halves and quarters (DVAFS)",
        choose="8, 4 and 2 bits, both sides alike",
        steps=("one multiplier\nor 2 or 4 parts", "sum of\nthe parts"),
    )
    fields = ("pipeline",)
    limits = {"lanes": (1,), "x_width": (8, 16), "w_width": (8, 16)}
    equal_widths = True
    block_floating = True
    exponent_sides = ("x", "w")
    refusal_reason = Reason["WIDTHS"]

    def validate(self, config: ArrayConfig) -> None:
        for name in config.w_formats:
            if name != PLAIN.name and self.format_bits(config, name) not in self.supported(config)["w_bits"]:
                raise ValueError(f"w_formats has {name}, which kind subword has only where w_width is 8")

    def chunk(self, config: ArrayConfig) -> int:
        return PARTS[-1]

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return config.x_width // mode.x_bits

    def own_multipliers(self, config: ArrayConfig) -> bool:
        return True

    def values(self, config: ArrayConfig, word: data.View) -> Value:
        counts = self.counts(config, word)
        return Cat(~(counts["halves"] | counts["quarters"]), counts["halves"], counts["quarters"])

    def value_counts(self, config: ArrayConfig) -> Sequence[int]:
        return PARTS

    def counts(self, config: ArrayConfig, word: data.View) -> dict[str, Value]:
        """Whether there are two or four values in an operand, from a mode word, which holds the width less one."""
        lowest = (config.x_width // 4).bit_length() - 1  # 1 below: N/4; 11 below: N/2; 111 below: N
        above_half, above_quarter = word.x_bits[lowest + 1], word.x_bits[lowest]
        return {"halves": ~above_half & above_quarter, "quarters": ~above_quarter}

    # Modes ----------------------------------------------------------------------------------------------------------

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        widths = [config.x_width // parts for parts in reversed(PARTS)]
        return super().supported(config) | {"x_bits": widths, "w_bits": widths}

    def format_bits(self, config: ArrayConfig, w_format: str) -> int:
        """Width of the integers of a format: that of the codes that it stands for, or all N bits."""
        return 2 if find(w_format).is_narrow else config.w_width

    def refusal(self, config: ArrayConfig, mode: Mode) -> str | None:
        if mode.x_bits != mode.w_bits:
            return f"x_bits is {mode.x_bits} and w_bits {mode.w_bits}, they must be equal"
        if mode.w_format != PLAIN.name and mode.w_bits != (needed := self.format_bits(config, mode.w_format)):
            return f"w_bits is {mode.w_bits}, w_format {mode.w_format} has {needed}"
        return None

    def refused(self, config: ArrayConfig, word: data.View, intake: Intake) -> Value | None:
        wrong = [word.x_bits != word.w_bits]
        for name in config.w_formats:
            if name != PLAIN.name:
                wrong.append(
                    (word.w_format == number(find(name))) & (word.w_bits != self.format_bits(config, name) - 1)
                )
        return intake.through(Cat(wrong).any(), "wrong_widths")

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        return [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width // parts, w_bits=config.w_width // parts)
            for parts in PARTS
            for x in config.signs("x")
            for w in config.signs("w")
        ]

    def format_mode(self, config: ArrayConfig, mode: Mode, w_format: str) -> Mode:
        bits = self.format_bits(config, w_format)
        return super().format_mode(config, mode, w_format).change(x_bits=bits, w_bits=bits)

    # Operands -------------------------------------------------------------------------------------------------------

    def stream_bits(self, config: ArrayConfig, side: str) -> int:
        return config.x_width

    def element_bits(self, config: ArrayConfig, mode: Mode, side: str) -> int:
        return mode.x_bits

    def element_sizes(self, config: ArrayConfig, word: data.View, side: str) -> list[tuple[int, Value]]:
        counts = self.counts(config, word)
        whole = ~(counts["halves"] | counts["quarters"])
        return [
            (config.x_width // parts, holds)
            for parts, holds in zip(PARTS, (whole, counts["halves"], counts["quarters"]), strict=True)
        ]

    def decoded_bits(self, config: ArrayConfig, w_format: str) -> int:
        return self.format_bits(config, w_format)

    def west_shape(self, config: ArrayConfig) -> ShapeLike:
        return unsigned(config.x_width)

    north_shape = west_shape

    def north_encoder(self, config: ArrayConfig) -> WeightReverser:
        return WeightReverser(config)

    # Control --------------------------------------------------------------------------------------------------------

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        names = {
            "pe": COUNTS + tuple(f"{side}_signed" for side in "xw" if len(config.signs(side)) == 2),
            "west": (),
            "north": COUNTS,
        }[where]
        return super().control(config, where) | dict.fromkeys(names, 1)

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        counts = self.counts(config, word)
        return {name: counts[name] if name in counts else word[name] for name in self.control(config, where)}

    def processing_element(self, config: ArrayConfig) -> SubwordPE:
        return SubwordPE(config, self)
