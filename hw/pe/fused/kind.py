"""`fused`: sixteen 2-bit multipliers that join to fit the operands (Bit Fusion; Sharma et al., ISCA 2018).

Operands have 8, 4 or 2 bits, either side by itself, signed or unsigned by mode. A beat takes as many values as sixteen
bricks have products of 2-bit limbs for, 1 of 8 x 8 bits to 16 of 2 x 2, all added into one accumulator in one cycle.
The edges hand out one limb a brick (:mod:`lowtide.hw.pe.fused.limb_packer`); the PE multiplies, adds and shifts
(:mod:`lowtide.hw.pe.fused.dot_product`).

16-bit operands are two halves of 8 bits, the lower one unsigned. A product takes a round for each pair of halves,
``x w = sum_ij x_i w_j 2^(8(i+j))``, 2 for 16 x 8 and 4 for 16 x 16, and the PE shifts what it adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Mux, ShapeLike, Value, unsigned
from amaranth.lib import data

from ...mode.reasons import Reason
from ...mode.word import Mode
from ...storage_formats import FORMATS, PLAIN, find, number
from ..kind import Beat, Documents, Kind
from .limb_packer import LimbPacker
from .limb_routes import BRICKS, MODE_BITS, mode_bits, products
from .pe import FusedPE, wide

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["Fused"]


WIDTHS = (2, 4, 8, 16)
FORMAT_BITS = 8  #: of decoded weights, and of the data beside them; two of weights that need no more


class Fused(Kind):
    """Sixteen bricks that join to fit the operands."""

    name = "fused"
    summary = "sixteen 2-bit multipliers that join to 8, 4 or 2 bits on either side (Bit Fusion)"
    documents = Documents(
        west="16 limbs of 2 bits, one for each brick",
        north="16 limbs",
        cycles="1; 2 with one, 4 with two 16-bit operands",
        values="16 over the product of the limbs",
        modes="Weight formats run with every `x_bits`, block floating point with all modes.",
        what="sixteen 2-bit multipliers that join (Bit Fusion)",
        choose="2-bit operands on both sides, and wider ones now and then",
        steps=("16 2-bit\nmultipliers", "add bricks\nof one place", "shift\nand add"),
    )
    fields = ("pipeline",)
    limits = {"lanes": (1,), "x_width": (8, 16), "w_width": (8, 16)}
    block_floating = True
    exponent_sides = ("x", "w")
    limb_products = True
    refusal_reason = Reason["WIDTHS"]
    w_formats = tuple(each.name for each in FORMATS if (each.least_bits or 0) <= FORMAT_BITS)

    def validate(self, config: ArrayConfig) -> None:
        if wide(config) and config.exponent_bits:
            raise ValueError(
                f"exponent_bits is {config.exponent_bits}, kind fused has block floating point only where "
                "x_width and w_width are 8"
            )

    def chunk(self, config: ArrayConfig) -> int:
        return BRICKS

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return products(mode.x_bits, mode.w_bits)

    def own_multipliers(self, config: ArrayConfig) -> bool:
        return True

    def values(self, config: ArrayConfig, word: data.View) -> Value:
        shares = [Mux(word[f"{side}_bits"][2], 0, Mux(word[f"{side}_bits"][1], 1, 2)) for side in "xw"]
        return (Const(1) << (shares[0] + shares[1])[:3])[:5]  # a share: how often a width of 8 can be halved to fit

    def value_counts(self, config: ArrayConfig) -> Sequence[int]:
        supported = self.supported(config)
        return sorted({products(x, w) for x in supported["x_bits"] for w in supported["w_bits"]})

    def rounds(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        if not wide(config):
            return 1
        if isinstance(mode, Mode):
            return (1 + (mode.x_bits == 16)) * (1 + (mode.w_bits == 16))
        x_wide, w_wide = (self.is_wide(config, mode, side) for side in "xw")
        return Cat(~(x_wide | w_wide), x_wide ^ w_wide, x_wide & w_wide)

    def is_wide(self, config: ArrayConfig, word: data.View, side: str) -> Value:
        """Whether the operands of a side have 16 bits."""
        return word[f"{side}_bits"][3] if getattr(config, f"{side}_width") == 16 else Const(0, 1)

    # Modes ----------------------------------------------------------------------------------------------------------

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        return super().supported(config) | {
            f"{side}_bits": [bits for bits in WIDTHS if bits <= getattr(config, f"{side}_width")] for side in "xw"
        }

    def refusal(self, config: ArrayConfig, mode: Mode) -> str | None:
        if 16 in (mode.x_bits, mode.w_bits) and min(mode.x_bits, mode.w_bits) < 8:
            return f"x_bits is {mode.x_bits} and w_bits {mode.w_bits}, 16 bits go with 8 or 16"
        if mode.w_format != PLAIN.name and mode.w_bits != (needed := self.decoded_bits(config, mode.w_format)):
            return f"w_bits is {mode.w_bits}, w_format {mode.w_format} has {needed}"
        return None

    def refused(self, config: ArrayConfig, word: data.View, intake: Intake) -> Value | None:
        x_wide, w_wide = (self.is_wide(config, word, side) for side in "xw")
        wrong = [(x_wide & ~word.w_bits[2]) | (w_wide & ~word.x_bits[2])]
        for bits in (2, FORMAT_BITS):
            if places := [
                number(find(name))
                for name in config.w_formats
                if name != PLAIN.name and self.decoded_bits(config, name) == bits
            ]:
                wrong.append(word.w_format.matches(*places) & (word.w_bits != bits - 1))
        return intake.through(Cat(wrong).any(), "wrong_widths")

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        pairs = [
            (x_bits, w_bits)
            for x_bits in reversed(WIDTHS)
            for w_bits in reversed(WIDTHS)
            if x_bits <= config.x_width
            and w_bits <= config.w_width
            and (16 not in (x_bits, w_bits) or min(x_bits, w_bits) >= 8)
        ]
        return [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=x_bits, w_bits=w_bits)
            for x_bits, w_bits in pairs
            for x in config.signs("x")
            for w in config.signs("w")
        ]

    def format_mode(self, config: ArrayConfig, mode: Mode, w_format: str) -> Mode:
        return (
            super()
            .format_mode(config, mode, w_format)
            .change(w_bits=self.decoded_bits(config, w_format), x_bits=FORMAT_BITS)
        )

    # Operands -------------------------------------------------------------------------------------------------------

    def stream_bits(self, config: ArrayConfig, side: str) -> int:
        return 2 * BRICKS

    def element_bits(self, config: ArrayConfig, mode: Mode, side: str) -> int:
        return mode.x_bits if side == "x" else mode.w_bits

    def element_sizes(self, config: ArrayConfig, word: data.View, side: str) -> list[tuple[int, Value]]:
        return [(bits, word[f"{side}_bits"] == bits - 1) for bits in self.supported(config)[f"{side}_bits"]]

    def decoded_bits(self, config: ArrayConfig, w_format: str) -> int:
        return 2 if find(w_format).is_narrow else FORMAT_BITS

    def west_shape(self, config: ArrayConfig) -> ShapeLike:
        return unsigned(2 * BRICKS)

    north_shape = west_shape

    def west_encoder(self, config: ArrayConfig) -> LimbPacker:
        return LimbPacker(config, "x")

    def north_encoder(self, config: ArrayConfig) -> LimbPacker:
        return LimbPacker(config, "w")

    # Control --------------------------------------------------------------------------------------------------------

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        names: tuple[str, ...] = MODE_BITS
        if where == "pe":
            names += tuple(f"{side}_signed" for side in "xw" if wide(config) or len(config.signs(side)) == 2)
            names += ("by_8",) if wide(config) else ()
            names += ("by_16",) if config.x_width == config.w_width == 16 else ()
        elif getattr(config, f"{'x' if where == 'west' else 'w'}_width") == 16:
            names += ("high",)
        return super().control(config, where) | dict.fromkeys(names, 1)

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        fields = super().control(config, where)
        values = {name: word[name] for name in fields} | mode_bits(word)
        signs = {f"{side}_signed": word[f"{side}_signed"] for side in "xw"}
        if wide(config):
            x_wide, w_wide = (self.is_wide(config, word, side) for side in "xw")
            high = {"x": x_wide & Mux(w_wide, beat.rounds <= 2, beat.rounds[0]), "w": w_wide & beat.rounds[0]}
            values |= {
                "by_8": high["x"] ^ high["w"],
                "by_16": high["x"] & high["w"],
                "high": high["x" if where == "west" else "w"],
            }
            signs = {
                "x_signed": word.x_signed & (high["x"] | ~x_wide),
                "w_signed": word.w_signed & (high["w"] | ~w_wide),
            }
        return values | signs

    def processing_element(self, config: ArrayConfig) -> FusedPE:
        return FusedPE(config, self)
