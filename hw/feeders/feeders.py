"""The feeders: everything between the memories and the operand streams of the array, for one record EXEC at a time.

::

    walker over pixels -> groups of R --.
                                        v
    nest of loops ---- beats ----> west feeder <-> feature memory     -> x
          ^    |                   north feeder <-> weight memory     -> w
      tap memory '-- a job a tile                                     -> job

West and north feeder take each beat together. One that they cannot take waits before them, so the nest is told of it a
cycle later, by a register. Where source is ``vector`` the north feeder stands still and there are no
jobs; ``x`` goes to the vector source.
"""

from typing import Any

from amaranth.hdl import Cat, Module, Signal
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..array.edges import stream_bits
from ..array.job import JobLayout
from ..config.accelerator_config import AcceleratorConfig
from ..logic.skid_buffer import SkidBuffer
from ..logic.timing.late import LATE, Late, connected
from ..logic.unit import Unit
from ..memory import weight_memory
from ..memory.ports import read_layout, record_layout
from ..memory.tap_memory import tap_layout
from ..mode.word import WORD_BITS
from . import nest, pixel_walker
from .group_buffer import GroupBuffer
from .nest import Nest
from .north_feeder import NorthFeeder
from .pixel_walker import PixelWalker
from .west_feeder import WestFeeder, row_layout

__all__ = ["FED", "Feeders"]

#: Fields of the record that the feeders need.
FED = tuple(dict.fromkeys((*pixel_walker.WALKED, *nest.NESTED, "in_bits")))


class Feeders(Unit):
    """Operands of one record EXEC.

    Ports
    -----
    start : in, 1 bit
        Begin; only when all operands of the record before have been taken.
    record : in, fields :data:`FED` of the record
        Stable from ``start`` until the last operands are taken.
    tap_read, tap_entry, tap : the read port of the tap memory
    weight_read, weight_place, weights : the read port of the weight memory
    read : out, stream of :func:`lowtide.hw.memory.ports.read_layout`
    goes : out, :data:`lowtide.hw.logic.timing.late.LATE`
    answer : in, R atoms
        The feature memory.
    job : out, stream of :data:`lowtide.hw.array.job.JobLayout`
    x, w : out, the engine's operand streams
    atoms, atoms_ready : out, R atoms; in, 1 bit
        With ``x``, where a vector source is built: the whole atoms, and whether they are taken in the place of ``x``.
    closes : out, 1 bit
        With ``x``: the beat is the last of its tile.
    beyond : out, 1 bit
        For one cycle: what was read in the cycle before, an atom, a tap or a weight word, lies beyond its memory.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        array = config.array
        super().__init__(
            f"{config.top}_feeders",
            {
                "start": In(1),
                "record": In(record_layout(*FED)),
                "tap_read": Out(1),
                "tap_entry": Out((config.taps - 1).bit_length()),
                "tap": In(tap_layout(config)),
                "weight_read": Out(1),
                "weight_place": Out(weight_memory.beat_layout(config)),
                "weights": In(stream_bits(array, "w")),
                "read": Out(stream.Signature(read_layout(config))),
                "goes": Out(LATE),
                "answer": In(config.rows * config.atom_bits),
                "job": Out(stream.Signature(JobLayout)),
                "x": Out(stream.Signature(stream_bits(array, "x"))),
                "w": Out(stream.Signature(stream_bits(array, "w"))),
                **(
                    {"atoms": Out(config.rows * config.atom_bits), "atoms_ready": In(1)}
                    if "vector" in config.post
                    else {}
                ),
                "closes": Out(1),
                "beyond": Out(1),
            },
        )

    def build(self, m: Module) -> None:
        config = self.config
        group_taken, west_ready, north_ready = (
            Signal(name=name) for name in ("group_taken", "west_ready", "north_ready")
        )
        done_with = Signal(LATE)  # the group
        groups = self.groups(m, group_taken, done_with)
        both, goes_on = Signal(), Signal(name="nest_goes_on")
        m.d.comb += both.eq(west_ready & north_ready)
        beats = self.place(
            m,
            "nest",
            Nest(config),
            start=self.start,
            record=self.fields(nest.NESTED),
            group=groups.whole,
            tap=self.tap,
            job_ready=self.job.ready,
            beat_ready=goes_on,
        )
        layout = nest.beat_layout(config)
        waiting = self.place(
            m,
            "beat",
            SkidBuffer(f"{config.top}_nest_beat", layout.size, own_choice=True),
            i_valid=beats.beat_valid,
            i_data=beats.beat_data,
            o_ready=both,
        )
        m.d.comb += goes_on.eq(waiting.proceed)
        beat = data.View(layout, waiting.o_data)
        vector = Signal()
        m.d.comb += vector.eq(self.record.source != 0)
        west = self.place(
            m,
            "west_feeder",
            WestFeeder(config),
            mode=self.record.mode[:WORD_BITS],
            padding=self.record.padding,
            **(
                {"vector": vector, "in_bits": self.record.in_bits, "atoms_ready": self.atoms_ready}
                if "vector" in config.post
                else {}
            ),
            group_valid=groups.group_valid,
            group=groups.group_data,
            beat_valid=waiting.o_valid & north_ready,
            beat_data=waiting.o_data,
            read_ready=self.read.ready,
            answer=self.answer,
            x_ready=self.x.ready,
        )
        north = self.place(
            m,
            "north_feeder",
            NorthFeeder(config),
            beat_valid=waiting.o_valid & west_ready & ~vector,
            beat_data=beat.weights,
            answer=self.weights,
            w_ready=self.w.ready,
        )
        taken = Late.of(west.takes).where(waiting.o_valid & north_ready & beat.ends)  # with the last beat of it
        reads_weights = Late.of(west.takes).where(waiting.o_valid & ~vector & north.beat_ready)  # as north.read
        m.d.comb += [
            *connected(done_with, taken),
            group_taken.eq(taken.holds),
            west_ready.eq(west.beat_ready),
            north_ready.eq(north.beat_ready | vector),
            self.tap_read.eq(beats.tap_read),
            self.tap_entry.eq(beats.tap_entry),
            self.weight_read.eq(reads_weights.soon(self, m, "weight_read")),
            self.weight_place.eq(north.where),
            self.read.valid.eq(west.read_valid),
            self.read.payload.eq(west.read_data),
            *connected(self.goes, Late.of(west.goes)),
            self.job.valid.eq(beats.job_valid),
            self.job.payload.eq(beats.job_data),
            self.x.valid.eq(west.x_valid),
            self.x.payload.eq(west.x_data),
            *([self.atoms.eq(west.atoms)] if "vector" in config.post else []),
            self.closes.eq(west.closes),
            self.w.valid.eq(north.w_valid),
            self.w.payload.eq(north.w_data),
        ]
        m.d.sync += self.beyond.eq(west.beyond | beats.beyond)

    def fields(self, names: tuple[str, ...]) -> Any:
        """Some fields of the record."""
        return Cat(self.record[name] for name in record_layout(*names).members)

    def groups(self, m: Module, taken: Signal, done_with: data.View) -> Any:
        """Groups of pixels, as the west feeder needs them."""
        config, bits = self.config, self.config.bank_bits
        ready = Signal(name="pixel_ready")
        walker = self.place(
            m,
            "pixel_walker",
            PixelWalker(config, "in"),
            start=self.start,
            record=self.fields(pixel_walker.WALKED),
            pixel_ready=ready,
        )
        pixel = walker.pixel_data
        address = pixel.address
        buffer = self.place(
            m,
            "group_buffer",
            GroupBuffer(
                f"{config.top}_west_groups", rows=config.rows, width=row_layout(config).size, head=bits, late=True
            ),
            taken=done_with,
            pixel_valid=walker.pixel_valid,
            pixel_data=Cat(address[bits:], pixel.margins, address[:bits], pixel.begins, pixel.last),
            group_ready=taken,
        )
        m.d.comb += ready.eq(buffer.pixel_ready)
        return buffer
