"""`digit`: weights as radix-4 digits, a few a cycle, with an exponent for each chunk of weights.

A weight is ``sum_j d_j 4^j`` with digits -2 to 2. L data are held for a beat; each cycle brings d digits of every
weight, the highest first, and a chunk of weights has an exponent e of its own::

    accumulator += (sum_i x_i sum_j d_ij 4^j) 2^(2 d p + e)      p: the digits' place, counted in cycles from the last

exactly: nothing is rounded and there are no guard bits. The digits are made once, at the column's edge. 4-bit integers
and the 21 integers of two free digits (`two_digits`) take one cycle with d = 2, 8-bit integers two, 16-bit ones four:
the same cell, chosen by the mode.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amaranth.hdl import Mux, Value
from amaranth.lib import data
from amaranth.utils import bits_for

from ...mode.reasons import Reason
from ...mode.word import Mode
from ...storage_formats import E2M1, TWO_DIGITS, number
from ..kind import EVERY_FORMAT, Beat, Documents, Kind, field
from ..operation_counts import Operation, dot_product, shared
from .digits import DIGIT, largest_shift, needed_cycles, needed_digits
from .encoder import DigitEncoder
from .pe import DigitPE

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["Digit"]


class Digit(Kind):
    """L held data times d digits of L weights, times a power of two that a chunk of weights shares."""

    name = "digit"
    summary = "weights as radix-4 digits, some a cycle, with an exponent for each chunk"
    documents = Documents(
        west="L ints",
        north="d digits of L weights, and how far their sum is shifted down from its highest place",
        cycles="radix-4 digits of a weight over d, rounded up",
        values="L",
        modes="Every `x_bits` from 2 to 8 is a mode, and every `w_bits` whose digits fit the cycles that are built. "
        f"{EVERY_FORMAT} Group exponents run with all of them.",
        what="radix-4 digits of weights, with an exponent for each chunk",
        choose="narrow weights with a shared exponent, and 8-bit ones now and then",
        steps=("select 0, ±x, ±2x\nper digit", "sum of the lanes,\ndigit by digit", "shift and add"),
    )
    presets = {"lanes": 8}
    limits = {"digits_per_cycle": (1, 2, 4), "exponent_bits": range(5)}
    example = {"lanes": 3, "exponent_bits": 2}
    flexible = {
        "weight_cycles": 2,
        "exponent_bits": 2,
        "w_formats": ("plain", "log4", "ternary", "binary", "codebook16", TWO_DIGITS.name, E2M1.name),
    }
    fields = ("digits_per_cycle", "weight_cycles", "sums", "pipeline")
    refusal_reason = Reason["WIDTHS"]
    exponent_sides = ("w",)
    exponents_encoded = True
    encoder_latency = 1
    reports_losses = True
    pe_fields = ("x_signed",)

    def defaults(self, config: ArrayConfig) -> dict[str, Any]:
        return {"weight_cycles": needed_cycles(config)}

    def validate(self, config: ArrayConfig) -> None:
        if config.weight_cycles > (needed := needed_cycles(config)):
            raise ValueError(
                f"weight_cycles is {config.weight_cycles}, weights of {config.w_width} bits take "
                f"{needed}: allowed are 1 to {needed}"
            )
        if "signed" not in config.w_types and config.digits_per_cycle * config.weight_cycles < 2:
            raise ValueError(
                f"weight_cycles is {config.weight_cycles}, of one digit each, weights without sign have two or more: "
                f"allowed are 2 to {needed}"
            )

    def chunk(self, config: ArrayConfig) -> int:
        return config.lanes

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return config.lanes

    # Time -----------------------------------------------------------------------------------------------------------

    def slots(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        """The digits of a weight; in hardware 1 where all of them are taken in one cycle."""
        if isinstance(mode, Mode):
            return 2 if mode.storage("w") == TWO_DIGITS else (mode.w_bits + (not mode.w_signed) + 1) // 2
        if config.weight_cycles == 1:
            return 1
        digits = (field(mode, "w_bits") + ~mode.w_signed + 1) >> 1
        if TWO_DIGITS.name not in config.w_formats:
            return digits
        return Mux(mode.w_format == number(TWO_DIGITS), 2, digits)

    def slots_per_cycle(self, config: ArrayConfig) -> int:
        return config.digits_per_cycle

    def operation_counts(self, config: ArrayConfig, mode: Mode) -> list[Operation]:
        """Each cycle every datum by d digits of two bits, their sum, and its addition to the accumulator."""
        digits = dot_product(config.lanes * config.digits_per_cycle, mode.x_bits, 2, config.acc_width)
        return shared(digits, config.lanes, self.cycles_per_beat(config, mode))

    # Modes ----------------------------------------------------------------------------------------------------------

    def refusal(self, config: ArrayConfig, mode: Mode) -> str | None:
        most = config.digits_per_cycle * config.weight_cycles
        if (digits := self.slots(config, mode)) > most:
            return f"w_bits is {mode.w_bits}, of {digits} digits, configuration {config.name} takes {most}"
        return None

    def refused(self, config: ArrayConfig, word: data.View, intake: Intake) -> Value | None:
        most = config.digits_per_cycle * config.weight_cycles
        digits = (field(word, "w_bits") + ~word.w_signed + 1) >> 1
        if most >= needed_digits(config):
            return None
        wrong = digits > most
        if TWO_DIGITS.name in config.w_formats and most >= 2:
            wrong &= word.w_format != number(TWO_DIGITS)
        return intake.through(wrong, "many_digits")

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        widths = sorted({config.w_width, 8, 6, 4, 2} & set(range(2, config.w_width + 1)), reverse=True)
        modes = [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=bits)
            for bits in widths
            for x in config.signs("x")
            for w in config.signs("w")
        ]
        return [mode for mode in modes if self.refusal(config, mode) is None]

    def format_modes(self, config: ArrayConfig) -> list[Mode]:
        found = [mode for mode in super().format_modes(config) if self.refusal(config, mode) is None]
        free = [mode for mode in found if mode.storage("w") == TWO_DIGITS]
        return found + [mode.change(group_exponent=True) for mode in free if config.exponent_bits]

    def format_mode(self, config: ArrayConfig, mode: Mode, w_format: str) -> Mode:
        wanted = super().format_mode(config, mode, w_format)
        least = wanted.storage("w").least_bits
        return wanted if least is None else wanted.change(w_bits=least)

    def kept_bits(self, config: ArrayConfig, mode: Mode) -> int:
        digits = config.digits_per_cycle * self.cycles_per_beat(config, mode)
        return min(2 * digits - (not mode.w_signed), config.w_width)

    def effective_weights(self, config: ArrayConfig, mode: Mode) -> tuple[int, int]:
        least, largest = super().effective_weights(config, mode)
        far = (1 << config.exponent_bits) - 1 if mode.group_exponent else 0
        return least << far, largest << far

    # Operands and control -------------------------------------------------------------------------------------------

    def north_shape(self, config: ArrayConfig) -> data.StructLayout:
        digits = data.ArrayLayout(data.ArrayLayout(DIGIT, config.digits_per_cycle), config.lanes)
        down = {"down": bits_for(most)} if (most := largest_shift(config)) else {}
        return data.StructLayout({"digits": digits} | down)

    def north_encoder(self, config: ArrayConfig) -> DigitEncoder:
        return DigitEncoder(config)

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        own: dict[str, int] = {}
        if where == "north":
            own |= {"w_signed": 1} if "unsigned" in config.w_types else {}
            own |= {"free": 1} if TWO_DIGITS.name in config.w_formats else {}
            own |= {"group_exponent": 1} if config.exponent_bits else {}
            own |= {"place": bits_for(config.weight_cycles - 1)} if config.weight_cycles > 1 else {}
        return super().control(config, where) | own

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        values = {"x_signed": word.x_signed, "w_signed": word.w_signed, "group_exponent": word.group_exponent}
        values["free"] = word.w_format == number(TWO_DIGITS)
        if config.weight_cycles > 1:
            values["place"] = (beat.slots - 1) >> config.digits_per_cycle.bit_length() - 1
        return {name: values[name] for name in self.control(config, where)}

    def processing_element(self, config: ArrayConfig) -> DigitPE:
        return DigitPE(config, self)
