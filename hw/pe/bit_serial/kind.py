"""`bit_serial`: weights in series, one digit of each of L weights a cycle (Stripes; Judd et al., MICRO 2016).

L data are held for a beat; each cycle brings a digit of every weight, the highest first, and adds
``±2^plane sum_i digit_i x_i``. Time follows the weights' precision, 1 to ``w_width`` bits by mode. The digits are bits,
of which only the sign plane counts negative, or radix-4 Booth digits -2..2, half as many.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Value, signed
from amaranth.lib import data
from amaranth.utils import bits_for

from ...mode.word import Mode
from ..kind import EVERY_FORMAT, Beat, Documents, Kind, field
from ..operation_counts import Operation, dot_product, shared
from .digits import digit_layout, planes
from .edges import OffsetData, WeightSerializer
from .pe import BitSerialPE

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["BitSerial"]


class BitSerial(Kind):
    """L held data times one digit of L weights."""

    name = "bit_serial"
    summary = "bit-serial weights, highest digit first, times L held data (Stripes)"
    documents = Documents(
        west="L ints",
        north="one digit of L weights, and the digits' sum",
        cycles="w_bits, or the Booth digits of a weight",
        values="L",
        modes="Every `x_bits` from 2 and `w_bits` from 1 to 8 is a mode; w_bits cycles, half as many with `digits = "
        f'"booth"`. {EVERY_FORMAT}',
        what="weights in series, a bit or a Booth digit a cycle (Stripes)",
        choose="weights of many widths, at an energy near that of a multiplier",
        steps=("L gated\ndata", "adder tree", "shift by\nthe digit"),
    )
    presets = {"lanes": 16}
    limits = {"sums": ("tree", "chain")}
    example = {"lanes": 3}
    fields = ("digits", "sums", "pipeline")
    encoder_latency = 1
    reports_losses = True
    west_fields = ("x_signed",)
    north_fields = ("w_signed", "x_signed")

    def validate(self, config: ArrayConfig) -> None:
        if config.sums != "tree" and config.digits != "booth":
            raise ValueError(f"sums is {config.sums}, allowed with digits {config.digits} is tree")

    def chunk(self, config: ArrayConfig) -> int:
        return config.lanes

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return config.lanes

    def slots(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        bits = field(mode, "w_bits")
        if config.digits == "binary":
            return bits
        unsigned_bit = not mode.w_signed if isinstance(mode, Mode) else ~mode.w_signed
        return (bits + unsigned_bit + 1) >> 1

    def kept_bits(self, config: ArrayConfig, mode: Mode) -> int:
        if config.digits == "binary":
            return mode.w_bits
        return min(2 * self.cycles_per_beat(config, mode) - (not mode.w_signed), config.w_width)

    def operation_counts(self, config: ArrayConfig, mode: Mode) -> list[Operation]:
        """Each cycle every datum by one digit, of one bit or two, their sum, and its addition to the accumulator."""
        digits = dot_product(config.lanes, mode.x_bits, 1 if config.digits == "binary" else 2, config.acc_width)
        return shared(digits, config.lanes, self.cycles_per_beat(config, mode))

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        return super().supported(config) | {"w_bits": range(1, config.w_width + 1)}

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        widths = sorted({config.w_width, 8, 6, 4, 2, 1} & set(range(1, config.w_width + 1)), reverse=True)
        return [
            Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=bits)
            for bits in widths
            for x in config.signs("x")
            for w in config.signs("w")
        ]

    def north_shape(self, config: ArrayConfig) -> data.StructLayout:
        largest = config.lanes * (2 if config.digits == "booth" else 1)  # of the digits' sum, which has a sign
        bits = signed(bits_for(largest) + 1) if config.digits == "booth" else bits_for(largest)
        return data.StructLayout(
            {"digits": data.ArrayLayout(digit_layout(config), config.lanes)}
            | ({"sum": bits} if "signed" in config.x_types else {})
        )

    def edge_latency(self, config: ArrayConfig) -> int:
        return super().edge_latency(config) + config.pipeline

    def west_encoder(self, config: ArrayConfig) -> OffsetData | None:
        return OffsetData(config) if "signed" in config.x_types else None

    def north_encoder(self, config: ArrayConfig) -> WeightSerializer:
        return WeightSerializer(config)

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        own = {"plane": bits_for(planes(config) - 1)} if where in ("pe", "north") else {}
        negative = where == "pe" and config.digits == "binary" and "signed" in config.w_types
        return super().control(config, where) | own | ({"negative": 1} if negative else {})

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        values = {name: word[name] for name in super().control(config, where)} | {"plane": beat.slots - 1}
        values["negative"] = beat.starts & word.w_signed  # the sign plane, the first one
        return {name: values[name] for name in self.control(config, where)}

    def processing_element(self, config: ArrayConfig) -> BitSerialPE:
        return BitSerialPE(config, self)
