"""Parameters: each column that comes finds the bias, multiplier and shift of its channel read already.

Channels are counted ahead of the columns (:mod:`lowtide.hw.post.columns.channels`), so the parameter memory is read
before a column is there::

    channel counted -> address, read -> [memory's register] -> [entry] -> taken with a column

Two entries are on their way at most; one a cycle where every column is taken at once.
"""

from amaranth.hdl import Module, Mux, Signal, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.entries import Parameter

from ...config.accelerator_config import AcceleratorConfig
from ...logic.unit import Unit
from ...memory.bank import Bank
from ..fields import fields_layout, some_of
from .channels import Channels, channel_layout

__all__ = ["ENTRY_BITS", "Parameters", "parameter_layout"]

ENTRY_BITS = 8 * Parameter.size  #: of the parameter memory
_PLACES = {field.name: field for field in Parameter.layout()}


def parameter_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A column's parameters (of the multiplier the bits that are built), whether they lie ``beyond`` the memory, and
    what column it is."""
    return data.StructLayout(
        {
            "bias": signed(_PLACES["bias"].bits),
            "multiplier": config.multiplier_bits,
            "shift": _PLACES["shift"].bits,
            "beyond": 1,
            "channel": channel_layout(config),
        }
    )


class Parameters(Unit):
    """The parameter memory, read ahead.

    Ports
    -----
    fields : in, of the record EXEC
        Steady from ``start`` on.
    start : in, 1 bit
        A record begins: the next item is that of its first column.
    write : in, 1 bit
        An entry is loaded; the record that reads it begins later.
    address : in, log2(``config.parameters``) bits
    entry : in, 64 bits
    items : out, stream of :func:`parameter_layout`
        One for each column, whether it counts or not.
    """

    NAMES = (*Channels.NAMES, "parameter_base", "parameter_step")

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_parameters",
            {
                "fields": In(fields_layout(self.NAMES)),
                "start": In(1),
                "write": In(1),
                "address": In((config.parameters - 1).bit_length()),
                "entry": In(ENTRY_BITS),
                "items": Out(stream.Signature(parameter_layout(config))),
            },
        )

    def build(self, m: Module) -> None:
        fields = self.fields
        running, waiting, offered = Signal(), Signal(), Signal()  # waiting: an entry is in the memory's register
        channel = Signal(channel_layout(self.config), reset_less=True)
        item = Signal(parameter_layout(self.config), reset_less=True)
        hand_on, step, beyond = Signal(), Signal(), Signal(reset_less=True)
        place = Signal(len(fields.parameter_base) + 1)
        counted = some_of(m, fields, Channels.NAMES, "counted")
        channels = self.place(m, "channels", Channels(self.config), fields=counted, start=self.start, step=step)
        memory = self.place(
            m,
            "memory",
            Bank(ENTRY_BITS, self.config.parameters),
            read=step,
            read_address=place[: len(self.address)],
            write=self.write,
            write_address=self.address,
            write_data=self.entry,
        )
        m.d.comb += [
            hand_on.eq(waiting & (~offered | self.items.ready)),
            step.eq(running & (~waiting | hand_on)),
            place.eq(fields.parameter_base + Mux(fields.parameter_step, channels.number, 0)),
            self.items.valid.eq(offered),
            self.items.payload.eq(item),
        ]
        with m.If(step):
            m.d.sync += [channel.eq(channels.channel), beyond.eq(place[len(self.address) :].any())]
        with m.If(hand_on):
            m.d.sync += [item.channel.eq(channel), item.beyond.eq(beyond)]
            m.d.sync += [
                item[name].eq(memory.read_data[_PLACES[name].lowest_bit :][: len(item[name])])
                for name in ("bias", "multiplier", "shift")
            ]
        m.d.sync += [waiting.eq(step | (waiting & ~hand_on)), offered.eq(hand_on | (offered & ~self.items.ready))]
        with m.If(self.start):
            m.d.sync += [running.eq(1), waiting.eq(0), offered.eq(0)]
