"""The feature memory: R banks, so that each row of the array reads an atom of its own in every cycle.

Atom a is word ``a div R`` of bank ``a mod R``. Requests name words in the order of rows; a rotator brings them to
their banks, another one the atoms back. Those of STORE, which reads consecutive atoms, name the words of banks::

    others -> first that asks -> rotate rows up by the bank of row 0 --.
    STORE -------------------------------------------------------------+-> banks -> rotate down -> answer, to all

Reads: the operand of the post-processing, then STORE, then the west feeder. Writes: the post-processing, then LOAD.
Writes of the post-processing wait a cycle in registers, so whether LOAD may write is known before it asks.
"""

from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..config.accelerator_config import AcceleratorConfig
from ..logic.timing.enable import Enable
from ..logic.timing.late import LATE, Late
from ..logic.unit import Unit
from .bank import Bank
from .ports import banks_layout, loaded_layout, read_layout, shuffled, write_layout
from .rotator import Rotator

__all__ = ["FeatureMemory"]


class FeatureMemory(Unit):
    """The banks, their rotators and the choice among clients.

    Ports
    -----
    operand_read, west_read : in, streams of :func:`lowtide.hw.memory.ports.read_layout`
    west_goes : in, :data:`lowtide.hw.logic.timing.late.LATE`
        Without it nothing is read for the west feeder.
    store_read : in, stream of :func:`lowtide.hw.memory.ports.banks_layout`
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
            {f"{client}_read": In(stream.Signature(read_layout(config))) for client in ("operand", "west")}
            | {"west_goes": In(LATE), "store_read": In(stream.Signature(banks_layout(config)))}
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
        read, stores, reads = self.chosen(m)
        asked = self.rotated(
            m, "read_rotator", [Cat(read.rows[row], read.words[row]) for row in range(rows)], read.bank
        )
        waits, post = self.posted(m)
        # the same register again: every lane hangs on the bank that it chooses
        turns = self.place(m, "turns", Enable(f"{self.name}_turns"), i=self.post_write.valid).o
        load = self.load_write.payload
        written = self.rotated(
            m,
            "write_rotator",
            self.placed(waits, post),
            Mux(turns, post.bank, load.bank),
            waits & post.shuffle,
        )
        found = []
        for number in range(rows):
            reading, writing = (lanes.word_select(number, len(lanes) // rows) for lanes in (asked, written))
            memory = self.place(
                m,
                f"bank_{number}",
                Bank(atom, config.bank_atoms),
                read=reads.where(reading[0]).or_where(stores).soon(self, m, f"read_{number}"),
                read_address=Mux(stores, self.store_read.payload.words[number], reading[1:]),
                write=writing[0],
                write_address=writing[1 : 1 + address],
                write_data=writing[1 + address :],
            )
            found.append(memory.read_data)
        turned = Signal(config.bank_bits, reset_less=True)  # by how much the atoms that come now are
        m.d.sync += turned.eq(Mux(stores, self.store_read.payload.bank, read.bank))
        rotator = Rotator(f"{config.top}_answer_rotator", count=rows, width=atom, direction="down")
        m.d.comb += self.answer.eq(self.place(m, "answer_rotator", rotator, amount=turned, i=Cat(found)).o)

    def chosen(self, m: Module) -> tuple[data.View, Signal, Late]:
        """The request of the first reader that asks, where that is not STORE; whether it is; whether the request, if
        not that of STORE, is read."""
        operand, store, west = self.operand_read, self.store_read, self.west_read
        request, stores = Signal(read_layout(self.config), name="read"), Signal(name="stores")
        of_west = Signal()
        m.d.comb += [
            operand.ready.eq(1),
            store.ready.eq(~operand.valid),
            west.ready.eq(~(operand.valid | store.valid)),
            request.eq(Mux(operand.valid, operand.payload, west.payload)),
            stores.eq(store.valid & ~operand.valid),
            of_west.eq(west.valid & west.ready),
        ]
        return request, stores, Late.of(self.west_goes).where(of_west).or_where(operand.valid).named(m, "reads")

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
