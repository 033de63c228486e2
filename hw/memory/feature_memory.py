"""The feature memory: R banks, so that each row of the array reads an atom of its own in every cycle.

Atom a is word ``a div R`` of bank ``a mod R``. Requests name words in the order of rows; a rotator brings them to
their banks, another one the atoms back::

    clients -> first that asks -> rotate rows up by the bank of row 0 -> banks -> rotate down -> answer, to all clients

Reads: the operand of the post-processing, then STORE, then the west feeder. Writes: the post-processing, then LOAD.
Writes of the post-processing wait a cycle in registers, so whether LOAD may write is known before it asks.
"""

from typing import Any

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from .bank import Bank
from .ports import loaded_layout, read_layout, shuffled, write_layout
from .rotator import Rotator

__all__ = ["READERS", "FeatureMemory"]

READERS = ("operand", "store", "west")  #: clients that read, the first one that asks is served


class FeatureMemory(Unit):
    """The banks, their rotators and the choice among clients.

    Ports
    -----
    operand_read, store_read, west_read : in, streams of :func:`lowtide.hw.memory.ports.read_layout`
    answer : out, R atoms, row 0 lowest
        What the read that was taken ``READ_LATENCY`` cycles before found.
    post_write : in, stream of :func:`lowtide.hw.memory.ports.write_layout`
        Always taken. Reads that are taken two cycles later find what was written.
    load_write : in, stream of :func:`lowtide.hw.memory.ports.loaded_layout`
        Reads that are taken in later cycles find what was written.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_feature_memory",
            {f"{client}_read": In(stream.Signature(read_layout(config))) for client in READERS}
            | {"answer": Out(config.rows * config.atom_bits)}
            | {"post_write": In(stream.Signature(write_layout(config)))}
            | {"load_write": In(stream.Signature(loaded_layout(config)))},
        )

    def build(self, m: Module) -> None:
        config, rows, address, atom = (
            self.config,
            self.config.rows,
            self.config.bank_address_bits,
            self.config.atom_bits,
        )
        read, reads = self.chosen(m)
        asked = self.rotated(
            m, "read_rotator", [Cat(read.rows[row], read.words[row]) for row in range(rows)], read.bank
        )
        waits, post = self.posted(m)
        load = self.load_write.payload
        written = self.rotated(
            m,
            "write_rotator",
            self.placed(waits, post),
            Mux(waits, post.bank, load.bank),
            waits & post.shuffle,
        )
        found = []
        for number in range(rows):
            reading, writing = (lanes.word_select(number, len(lanes) // rows) for lanes in (asked, written))
            memory = self.place(
                m,
                f"bank_{number}",
                Bank(atom, config.bank_atoms),
                read=reading[0] & reads,  # known late, so not one of the lanes that are rotated
                read_address=reading[1:],
                write=writing[0],
                write_address=writing[1 : 1 + address],
                write_data=writing[1 + address :],
            )
            found.append(memory.read_data)
        turned = Signal(config.bank_bits, reset_less=True)  # by how much the atoms that come now are
        m.d.sync += turned.eq(read.bank)
        rotator = Rotator(f"{config.top}_answer_rotator", count=rows, width=atom, direction="down")
        m.d.comb += self.answer.eq(self.place(m, "answer_rotator", rotator, amount=turned, i=Cat(found)).o)

    def chosen(self, m: Module) -> tuple[data.View, Signal]:
        """The request of the first reader that asks, and whether there is one."""
        request, asks = Signal(read_layout(self.config), name="read"), Signal(name="reads")
        *others, last = (getattr(self, f"{client}_read") for client in READERS)
        value: Any = last.payload
        before: Any = 0
        for port in (*others, last):
            m.d.comb += port.ready.eq(~before if port is not others[0] else 1)
            before = before | port.valid
        for port in reversed(others):
            value = Mux(port.valid, port.payload, value)
        m.d.comb += [request.eq(value), asks.eq(before)]
        return request, asks

    def posted(self, m: Module) -> tuple[Signal, data.View]:
        """Whether the post-processing wrote in the cycle before, and what."""
        wrote = self.post_write
        free = Signal(init=1)  # for LOAD
        waits, kept = Signal(name="posts"), Signal(write_layout(self.config), name="posted", reset_less=True)
        m.d.comb += [wrote.ready.eq(1), self.load_write.ready.eq(free)]
        m.d.sync += [waits.eq(wrote.valid), kept.eq(wrote.payload), free.eq(~wrote.valid)]
        return waits, kept

    def placed(self, waits: Signal, post: data.View) -> list[Value]:
        """What each row writes; LOAD has the first rows alone."""
        rows, load = self.config.rows, self.load_write
        found: list[Value] = [Cat(post.rows[row] & waits, post.words[row], post.data[row]) for row in range(rows)]
        for row in range(self.config.atoms_per_bus_beat):
            loaded = Cat(load.payload.rows[row] & load.valid, load.payload.words[row], load.payload.data[row])
            found[row] = Mux(waits, found[row], loaded)
        return found

    def rotated(self, m: Module, name: str, lanes: list[Value], bank: Value, shuffle: Value | None = None) -> Signal:
        """Lanes of rows as lanes of banks, shuffled rows where they lie before the rotation."""
        count = len(lanes)
        order = [] if shuffle is None else [shuffled(row, count) for row in range(count)]
        rotator = Rotator(f"{self.config.top}_{name}", count=count, width=len(lanes[0]), direction="up", order=order)
        inputs = {} if shuffle is None else {"shuffle": shuffle}
        found: Signal = self.place(m, name, rotator, amount=bank, i=Cat(lanes), **inputs).o
        return found
