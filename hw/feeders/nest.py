"""The nest of loops of a record EXEC: beats of a group of pixels, in the order in which the engine takes them.

::

    for each group of pixels             told by the buffer of groups, see lowtide.hw.feeders.group_buffer
        for each tile of columns         a job of the engine
            for each pass                the kind's bit planes
                for each tap
                    for each block       a beat

A beat is what all rows share: an offset in atoms from each row's pixel, how far its tap is away, and the place of its
weights, which follow each other beat by beat and begin again with each group. A beat takes a cycle and leaves three
cycles later: counters, tap memory, sum of both. With source ``vector`` a tile is a channel, and there are no jobs.
"""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..array.job import JobLayout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.unit import Unit
from ..memory import weight_memory
from ..memory.ports import address_bits, record_layout
from ..memory.tap_memory import tap_layout
from ..mode.word import WORD_BITS
from .plane_walker import PlaneWalker

__all__ = ["NESTED", "Nest", "beat_layout", "has_planes"]

#: Fields of the record that the nest needs.
NESTED = (
    *("mode", "chunks", "tail", "source", "weight_packing"),
    *("tap_base", "taps", "blocks", "block_step", "plane_step"),
    *("tiles", "tiles_per_step", "tile_step", "weight_base", "padding", "out_channels"),
)
MOST_JOBS = 3  #: that may wait for the engine


def has_planes(config: AcceleratorConfig) -> bool:
    """Whether the kind goes through its chunks several times."""
    return config.array.pe.pass_sequencer(config.array) is not None


def beat_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A beat for all rows.

    ``offset``: in atoms, from each row's pixel; ``wraps``: whether it leads from bank 0, 1 ... to the next word;
    ``dy`` and ``dx``: of its tap; ``padding``: bit of the padding in this plane; ``closes``: it is the last of its
    tile; ``ends``: of its group; ``weights``: where its weights lie.
    """
    return data.StructLayout(
        {
            "offset": address_bits(config),
            "wraps": config.rows,
            "dy": signed(8),
            "dx": signed(8),
            "padding": 1,
            "closes": 1,
            "ends": 1,
            "weights": weight_memory.beat_layout(config),
        }
    )


class Nest(Unit):
    """Beats of one record EXEC.

    Ports
    -----
    start : in, 1 bit
        Prepare for a record; only while nothing is left of the one before.
    record : in, fields :data:`NESTED` of the record
        Stable from ``start`` to the last beat.
    group : in, 1 bit
        For one cycle: there is a further group.
    tap_read, tap_entry, tap : the read port of the tap memory
    job : out, stream of :data:`lowtide.hw.array.job.JobLayout`
    beat : out, stream of :func:`beat_layout`
    beyond : out, 1 bit
        For one cycle: a tap or a weight word lies beyond its memory; what was read instead is undefined.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config, self.address = config, address_bits(config)
        super().__init__(
            f"{config.top}_nest",
            {
                "start": In(1),
                "record": In(record_layout(*NESTED)),
                "group": In(1),
                "tap_read": Out(1),
                "tap_entry": Out((config.taps - 1).bit_length()),
                "tap": In(tap_layout(config)),
                "job": Out(stream.Signature(JobLayout)),
                "beat": Out(stream.Signature(beat_layout(config))),
                "beyond": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        record = self.record
        vector, active, advance = Signal(), Signal(name="active"), Signal(name="advance")
        groups = Signal(2)  # that are not begun
        opens = Signal(reset_less=True)  # the next beat is the first of a tile
        jobs = Signal(range(MOST_JOBS + 1))  # that wait for the engine
        self.step = Signal()  # a beat leaves the counters in this cycle
        self.load = Signal()  # a group begins with the next one
        block, tap, tile, group = (Signal(name=f"ends_{loop}") for loop in ("block", "tap", "tile", "group"))
        planes = self.planes(m, tap, tile)
        self.counter(m, "blocks", record.blocks, Const(1), block)
        self.counter(m, "taps", record.taps, block, tap)
        self.counter(m, "tiles", Mux(vector, record.out_channels, record.tiles), tile, group)
        m.d.comb += [
            vector.eq(record.source != 0),
            tile.eq(tap & (planes.last | vector)),
            advance.eq(~self.beat.valid | self.beat.ready),
            self.step.eq(active & advance & (~opens | vector | (jobs != MOST_JOBS))),
            self.load.eq((groups != 0) & Mux(active, self.step & group, planes.ready)),
        ]
        m.d.sync += groups.eq(groups + self.group - self.load)
        with m.If(self.load):
            m.d.sync += [active.eq(1), opens.eq(1)]
        with m.Elif(self.step):
            m.d.sync += [active.eq(~group), opens.eq(tile)]

        m.d.comb += [
            self.job.valid.eq(jobs != 0),
            self.job.payload.eq(Cat(record.mode[:WORD_BITS], record.chunks, record.tail)),
        ]
        m.d.sync += jobs.eq(jobs + (self.step & opens & ~vector) - (self.job.valid & self.job.ready))

        offset = self.offsets(m, vector, block, tap, tile, planes)
        weights, no_word = self.weights(m)
        no_tap = self.taps(m, block, tap)
        m.d.comb += self.beyond.eq(self.step & (no_tap | (no_word & ~vector)))
        layout = beat_layout(self.config)
        shared = {name: layout[name].shape for name in ("offset", "padding", "closes", "ends", "weights")}
        counted = Signal(data.StructLayout(shared), reset_less=True)  # a beat behind the counters, without its tap
        beat = Signal(layout, reset_less=True)
        comes = Signal()
        moved = Signal(self.address, name="moved_offset")
        bank = Cat(moved[: self.config.bank_bits], Const(0, 1))
        m.d.comb += [self.beat.payload.eq(beat), moved.eq(counted.offset + self.tap.offset)]
        with m.If(advance):
            m.d.sync += [
                comes.eq(self.step),
                counted.offset.eq(offset),
                counted.padding.eq(record.padding.bit_select(planes.plane, 1)),
                counted.closes.eq(tile),
                counted.ends.eq(group),
                counted.weights.eq(weights),
                self.beat.valid.eq(comes),
                beat.offset.eq(moved),
                beat.wraps.eq(Cat(bank + place >= self.config.rows for place in range(self.config.rows))),
                *(beat[name].eq(self.tap[name]) for name in ("dy", "dx")),
                *(beat[name].eq(counted[name]) for name in shared if name != "offset"),
            ]

    def counter(self, m: Module, name: str, count: Value, steps: Value, ends: Signal) -> None:
        """A loop that goes on where ``steps`` is 1; ``ends`` becomes: its last pass ends in this step."""
        left = Signal(len(count), name=f"{name}_left", reset_less=True)
        last = Signal(name=f"{name}_last", reset_less=True)  # one is left: a register, as ends of loops meet
        m.d.comb += ends.eq(steps & last)
        with m.If(self.load | (self.step & ends)):
            m.d.sync += [left.eq(count), last.eq(count == 1)]
        with m.Elif(self.step & steps):
            m.d.sync += [left.eq(left - 1), last.eq(left == 2)]

    def planes(self, m: Module, ends_tap: Signal, ends_tile: Signal) -> Any:
        """The outputs of the walker over bit planes, or those of a kind with one pass."""
        if not has_planes(self.config):
            return SimpleNamespace(ready=Const(1), top=Const(0), last=Const(1), next_offset=Const(0), plane=Const(0))
        return self.place(
            m,
            "planes",
            PlaneWalker(self.config),
            mode=self.record.mode[:WORD_BITS],
            plane_step=self.record.plane_step,
            start=self.start,
            restart=self.load | (self.step & ends_tile),
            step=self.step & ends_tap,
        )

    def taps(self, m: Module, ends_block: Signal, ends_tap: Signal) -> Value:
        """The entry of the tap memory that goes with a beat; whether it is beyond the memory."""
        entry = Signal(len(self.record.tap_base) + 1, reset_less=True)
        m.d.comb += [self.tap_read.eq(self.step), self.tap_entry.eq(entry)]
        with m.If(self.load | (self.step & ends_tap)):
            m.d.sync += entry.eq(self.record.tap_base)
        with m.Elif(self.step & ends_block):
            m.d.sync += entry.eq(entry + 1)
        return entry[len(self.tap_entry) :].any()

    def offsets(
        self, m: Module, vector: Value, ends_block: Signal, ends_tap: Signal, ends_tile: Signal, planes: Any
    ) -> Signal:
        """The offset of a beat without that of its tap."""
        record = self.record
        tile, outer, partial = (  # of the first pass of this tile, of this pass, of this beat
            Signal(self.address, name=f"{name}_offset", reset_less=True) for name in ("tile", "pass", "beat")
        )
        next_tile, following = (Signal(self.address, name=f"next_{name}_offset") for name in ("tile", "pass"))
        steps = Signal(name="ends_step")
        self.counter(m, "tiles_of_step", Mux(vector, record.tail + 1, record.tiles_per_step), ends_tile, steps)
        m.d.comb += [
            next_tile.eq(tile + Mux(steps, Mux(vector, record.block_step, record.tile_step), 0)),
            following.eq(Mux(ends_tile, next_tile, tile + planes.next_offset)),
        ]
        with m.If(self.load):
            m.d.sync += [each.eq(Mux(vector, 0, planes.top)) for each in (tile, outer, partial)]
        with m.Elif(self.step & ends_tap):
            m.d.sync += [outer.eq(following), partial.eq(following)]
            with m.If(ends_tile):
                m.d.sync += tile.eq(next_tile)
        with m.Elif(self.step):
            m.d.sync += partial.eq(Mux(ends_block, outer, partial + record.block_step))
        return partial

    def weights(self, m: Module) -> tuple[Value, Value]:
        """Where the weights of a beat lie: one behind the other, two or four in a packed word; whether that is beyond
        the memory."""
        word = Signal(len(self.record.weight_base) + 1, name="weight_word", reset_less=True)
        part = Signal(2, name="part_of_word", reset_less=True)
        fills, bits = Signal(), self.config.weight_address_bits  # fills: the beat is the last of its word
        m.d.comb += fills.eq(part == Mux(self.record.weight_packing[1], 3, self.record.weight_packing))
        with m.If(self.load):
            m.d.sync += [word.eq(self.record.weight_base), part.eq(0)]
        with m.Elif(self.step):
            m.d.sync += [word.eq(word + fills), part.eq(Mux(fills, 0, part + 1))]
        return Cat(word[:bits], part), word[bits:].any()
