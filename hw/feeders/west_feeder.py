"""The west feeder: beats become atoms for all rows, the stream ``x`` of the engine.

::

    beat, group -> address and validity of each row -> feature memory -> padding -> x
    cycle 0        1                                   2

Row r reads ``address of its pixel + offset of the beat``: within a group the banks of its pixels follow each other, so
those of the atoms do too, and each row adds words alone, with a carry from its bank. A row whose tap lies beyond the
input reads nothing; it gets the padding behind the memory. An answer goes to the array in the cycle in which it comes;
what the array does not take then is kept with its padding, and nothing is read before it is taken. So each row has one
of three: the answer, or what was kept, or padding, chosen between these two before the answer is there.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from ..array.edges import stream_bits
from ..config.accelerator_config import AcceleratorConfig
from ..logic.arithmetic import any_of
from ..logic.timing.late import LATE, Late, connected
from ..logic.unit import Unit
from ..memory.atoms import padding_of
from ..memory.ports import read_layout, record_layout
from ..memory.rotator import Rotator
from ..mode.word import ModeWord
from .kept_atoms import KeptAtoms
from .nest import beat_layout, has_planes
from .pixel_walker import margin_layout

__all__ = ["WestFeeder", "row_layout"]


def row_layout(config: AcceleratorConfig) -> data.StructLayout:
    """What is kept of each pixel of a group: word of its place in the input, one bit more than words need, which is 1
    beyond the memory; how far taps may be away."""
    return data.StructLayout({"word": config.bank_address_bits + 1, "margins": margin_layout()})


class WestFeeder(Unit):
    """Atoms for all rows.

    Ports
    -----
    mode : in, ModeWord
    padding : in, as in the record
        Code of every value of a tap beyond the input.
    vector : in, 1 bit
    in_bits : in, as in the record
        Whether values are for a vector source, and their bits; only where one is built. All stable while beats come.
    group, group_valid : in, of the :class:`lowtide.hw.feeders.group_buffer.GroupBuffer`, and 1 bit
        Of :func:`row_layout` and bank; whether there is one. The next one comes behind a beat that ``ends`` it.
    beat : in, stream of :func:`lowtide.hw.feeders.nest.beat_layout`
    takes : out, :data:`lowtide.hw.logic.timing.late.LATE`
        The beat's ready.
    read : out, stream of :func:`lowtide.hw.memory.ports.read_layout`
    goes : out, :data:`lowtide.hw.logic.timing.late.LATE`
        What is read can be shown: only then is it read.
    answer : in, R atoms
        Of the feature memory.
    x : out, stream of the engine's ``x``
        Its ready comes late.
    atoms, atoms_ready : out, R atoms; in, 1 bit
        With ``x``, where a vector source is built: the whole atoms, and whether they are taken in the place of ``x``.
    closes : out, 1 bit
        With ``x``: the beat is the last of its tile.
    beyond : out, 1 bit
        For one cycle: an atom beyond the memory was not read.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config, self.rows = config, config.rows
        self.payload = config.array.payload_bits("x")
        self.kept = config.atom_bits if "vector" in config.post else self.payload  # of an atom
        group = data.StructLayout(
            {
                "rows": data.ArrayLayout(row_layout(config), config.rows),
                "head": config.bank_bits,
                "present": config.rows,
                "last": 1,
            }
        )
        super().__init__(
            f"{config.top}_west_feeder",
            {
                "mode": In(ModeWord),
                "padding": In(record_layout("padding")["padding"].shape),
                **(
                    {"vector": In(1), "in_bits": In(record_layout("in_bits")["in_bits"].shape)}
                    if "vector" in config.post
                    else {}
                ),
                "group": In(group),
                "group_valid": In(1),
                "beat": In(stream.Signature(beat_layout(config))),
                "takes": Out(LATE),
                "read": Out(stream.Signature(read_layout(config))),
                "goes": Out(LATE),
                "answer": In(config.rows * config.atom_bits),
                "x": Out(stream.Signature(stream_bits(config.array, "x"))),
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
        beat = self.beat.payload
        request = Signal(read_layout(self.config), reset_less=True)
        marks = Signal(data.StructLayout({"present": self.rows, "padding": 1, "closes": 1}), reset_less=True)
        waits, lost = Signal(), Signal()  # there is a request; it has rows beyond the memory
        shown = Signal()  # there is an atom for the array, or it waits
        taken = self.atoms_ready if "vector" in self.config.post else Const(0)
        goes = Late(~shown | taken, Const(1), self.x.ready).named(m, "free")
        goes_now = goes.holds
        # a beat while there is no request, or while that is read
        accepts = goes.where(self.read.ready).or_where(~waits).where(self.group_valid).named(m, "accepts")
        takes, reads = Signal(), Signal()
        m.d.comb += [
            self.read.valid.eq(waits),
            self.read.payload.eq(request),
            *connected(self.goes, goes),
            *connected(self.takes, accepts),
            reads.eq(waits & goes_now & self.read.ready),
            self.beat.ready.eq(accepts.soon(self, m, "ready")),
            takes.eq(self.beat.valid & self.beat.ready),
            lost.eq((marks.present & ~request.rows).any()),
            self.beyond.eq(reads & lost),
        ]
        words, bank, present, inside = self.addresses(m)
        with m.If(takes):
            m.d.sync += [
                request.words.eq(words),
                request.rows.eq(present & inside),
                request.bank.eq(bank),
                marks.present.eq(present),
                marks.padding.eq(beat.padding),
                marks.closes.eq(beat.closes),
            ]
        with m.If(takes | reads):
            m.d.sync += waits.eq(takes)
        self.answered(m, shown, goes_now, reads, marks)

    def addresses(self, m: Module) -> tuple[Value, Value, Value, Value]:
        """Of this beat: word of each row, bank of row 0, rows whose tap is inside the input, rows in the memory."""
        config, bits, beat, group = self.config, self.config.bank_bits, self.beat.payload, self.group
        bank, word = beat.offset[:bits], beat.offset[bits:]
        rotator = Rotator(f"{config.top}_carry_rotator", count=self.rows, width=1, direction="down")
        carry = self.place(m, "carry_rotator", rotator, amount=group.head, i=beat.wraps).o
        words, present, inside = [], [], []
        for number in range(self.rows):
            row, place = group.rows[number], Signal(config.bank_address_bits + 1, name=f"word_{number}")
            m.d.comb += place.eq((Cat(Const(1, 1), row.word) + Cat(carry[number], word))[1:])
            margins = row.margins
            words.append(place[:-1])
            inside.append(~place[-1])
            present.append(
                Cat(
                    group.present[number],
                    margins.first_dy <= beat.dy,
                    beat.dy <= margins.last_dy,
                    margins.first_dx <= beat.dx,
                    beat.dx <= margins.last_dx,
                ).all()
            )
        return Cat(words), (group.head + bank)[:bits], Cat(present), Cat(inside)

    def answered(self, m: Module, shown: Signal, goes: Value, reads: Value, marks: data.View) -> None:
        """Answers go to the array, rows without an atom get padding."""
        config, rows = self.config, self.rows
        coming = Signal.like(marks, name="coming", reset_less=True)
        full = Signal()  # what came was not taken
        kept_closes = Signal(reset_less=True)
        m.d.comb += [self.x.valid.eq(shown), self.closes.eq(Mux(full, kept_closes, coming.closes))]
        # shown comes or is full: a register of its own, as much hangs on full
        m.d.sync += [shown.eq(reads | ~goes), coming.eq(marks), full.eq(~goes)]
        given = Signal(data.ArrayLayout(self.kept, rows))
        kept = self.place(
            m,
            "kept_atoms",
            KeptAtoms(f"{config.top}_kept_atoms", rows=rows, bits=self.kept),
            full=full,
            padding=self.pattern(m, coming.padding),
            given=Value.cast(given),
        )
        for row in range(rows):
            answers, answer = Signal(name=f"answers_{row}"), self.answer.word_select(row, config.atom_bits)
            m.d.comb += answers.eq(coming.present[row] & ~full)
            m.d.comb += given[row].eq(Mux(answers, answer[: self.kept], kept.others[row]))
        with m.If(~full):
            m.d.sync += kept_closes.eq(coming.closes)
        m.d.comb += self.x.payload.eq(Cat(given[row][: self.payload] for row in range(rows)))
        if "vector" in config.post:
            m.d.comb += self.atoms.eq(given)

    def pattern(self, m: Module, plane: Value) -> Value:
        """A chunk of padding: its code in every value, or its bit in this plane; or an atom for a vector source."""
        of_array = plane.replicate(self.payload) if has_planes(self.config) else self.chunk(m)
        if "vector" not in self.config.post:
            return of_array
        atom = Signal(self.kept, name="atom_of_padding", reset_less=True)
        m.d.sync += atom.eq(padding_of(m, self.config, self.in_bits, self.padding))
        found = Signal(self.kept, name="of_padding")
        m.d.comb += found.eq(Mux(self.vector, atom, of_array))
        return found

    def chunk(self, m: Module) -> Value:
        """A chunk of the mode's values, each of them padding."""
        kind, array = self.config.array.pe, self.config.array
        found, choices = Signal(self.payload, name="chunk_of_padding", reset_less=True), []
        for bits, holds in kind.element_sizes(array, self.mode, "x"):
            count = self.payload // bits
            choices.append(Cat(self.padding[:bits].replicate(count), Const(0, self.payload - count * bits)))
            choices[-1] = choices[-1] & holds.replicate(self.payload)
        m.d.sync += found.eq(any_of(choices))
        return found
