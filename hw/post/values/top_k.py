"""Top-k: of the codes of a vector, one a channel, the largest with their channels: a sorted list that codes go into.

Each place compares the code that comes with its own, all at once; those that are smaller move down by a place. Behind
the last code the list is read out from its top, each code and then its channel::

    code -> [largest | second | ... | k-th]        ends -> largest, its channel, second, its channel, ...

Of equal codes the one that came first stays above. Places that no code has come into are 0.
"""

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.atoms import element_sizes
from ..elements import extended, offset_bits, one_of
from ..fields import fields_layout
from ..widths import ELEMENT_BITS, VALUE_BITS

__all__ = ["TopK"]


class TopK(Unit):
    """Keeps the largest codes of a record with one pixel.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` on.
    start : in, 1 bit
        A record begins: the list is empty.
    takes : in, 1 bit
        A code comes; channels are counted by it.
    code : in, 16 bits
    overflow : in, 1 bit
        The code is of a sum that left its bits.
    ends : in, 1 bit
        It is the last one, or the last one has come.
    ready : in, 1 bit
        What is shown is taken.
    valid : out, 1 bit
        A value is shown, from the cycle behind ``ends`` on.
    value : out, 16 bits
    overflowed : out, 1 bit
        There was an ``overflow`` since ``start``.
    offset : out
        Where the value goes, see :mod:`lowtide.hw.post.elements`.
    opens, closes, last : out, 1 bit
        It is the first or the last of its atom; the last of all.
    """

    NAMES = ("top_k", "out_channels", "out_bits", "out_values", "out_signed")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_top_k",
            {
                "fields": In(fields_layout(self.NAMES)),
                "start": In(1),
                "takes": In(1),
                "code": In(VALUE_BITS),
                "overflow": In(1),
                "ends": In(1),
                "ready": In(1),
                "valid": Out(1),
                "value": Out(VALUE_BITS),
                "overflowed": Out(1),
                "offset": Out(offset_bits(config)),
                "opens": Out(1),
                "closes": Out(1),
                "last": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        fields, bits = self.fields, len(self.fields.out_channels)
        layout = data.StructLayout({"code": signed(ELEMENT_BITS), "channel": bits, "there": 1})
        places = [Signal(layout, name=f"place_{number}") for number in range(self.config.top_k)]
        new, goes = Signal(layout), Signal()
        left, shows_channel = Signal(fields.top_k.shape()), Signal()
        channel = Signal(bits, reset_less=True)
        sizes = one_of(m, fields.out_bits, element_sizes(self.config), "code")
        m.d.comb += [
            new.code.eq(extended(self.code, sizes, fields.out_signed)),
            new.channel.eq(channel),
            new.there.eq(1),
            goes.eq(self.valid & self.ready),
            self.valid.eq(left != 0),
            self.value.eq(Mux(shows_channel, places[0].channel, places[0].code[:VALUE_BITS])),
            self.last.eq((left == 1) & shows_channel),
        ]
        self.sort(m, places, new, goes & shows_channel)
        with m.If(self.takes):
            m.d.sync += [channel.eq(channel + 1), self.overflowed.eq(self.overflowed | self.overflow)]
        with m.If(self.ends):
            m.d.sync += left.eq(fields.top_k)
        with m.Elif(goes):
            m.d.sync += [shows_channel.eq(~shows_channel), left.eq(left - shows_channel)]
        with m.If(self.start):
            m.d.sync += [each.eq(0) for each in (channel, self.overflowed, left, shows_channel)]
        self.place_in_atoms(m, goes)

    def sort(self, m: Module, places: list[Signal], new: Signal, shift: Value) -> None:
        """The list takes a new code, or gives its largest one away."""
        above: Value | None = None  # whether the new code belongs above the place before
        for number, place in enumerate(places):
            larger = Signal(name=f"larger_{number}")
            m.d.comb += larger.eq(~place.there | (new.code > place.code))
            with m.If(self.takes & larger):
                m.d.sync += place.eq(new if above is None else Mux(above, places[number - 1], new))
            with m.If(shift):
                m.d.sync += place.eq(places[number + 1] if number + 1 < len(places) else 0)
            with m.If(self.start):
                m.d.sync += place.eq(0)
            above = larger

    def place_in_atoms(self, m: Module, goes: Value) -> None:
        """Where the value goes."""
        fields = self.fields
        number = Signal(fields.out_values.shape(), reset_less=True)
        offset = Signal.like(self.offset, name="next_offset", reset_less=True)
        m.d.comb += [
            self.offset.eq(offset),
            self.opens.eq(number == 0),
            self.closes.eq((number + 1 == fields.out_values) | self.last),
        ]
        with m.If(goes):
            m.d.sync += [number.eq(Mux(self.closes, 0, number + 1))]
            m.d.sync += offset.eq(Mux(self.closes, 0, offset + fields.out_bits))
        with m.If(self.start):
            m.d.sync += [number.eq(0), offset.eq(0)]
