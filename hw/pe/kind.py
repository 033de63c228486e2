"""A kind of processing element: what its hardware does in each mode, stated in Python.

A kind is one file in this folder: a :class:`Kind`, and a :class:`lowtide.hw.pe.base.ProcessingElement` that does it.
The rest (edges, sequencer, engine, reports, tests) asks the kind and repeats nothing.
"""

from abc import ABC, abstractmethod
from itertools import product
from types import SimpleNamespace

from amaranth.hdl import Const, signed, unsigned
from amaranth.lib import data

from ..mode.formats import decoded_range
from ..mode.word import BY_NAME, DATA_FORMATS, WEIGHT_FORMATS, Mode
from ..storage_formats import PLAIN, find
from .operation_counts import dot_product, shared

__all__ = ["Beat", "Kind", "accepted_modes", "field", "numbers"]


class Kind(ABC):
    """A kind of processing element, and the units at the array's edges that feed it.

    ``config`` is an :class:`lowtide.hw.config.array_config.ArrayConfig`, ``mode`` a :class:`lowtide.hw.mode.word.Mode`,
    ``word`` the same in hardware: a view of :data:`lowtide.hw.mode.word.ModeWord`, whose fields hold value - bias. A
    ``side`` is "x" (rows, west) or "w" (columns, north).

    Time has four levels, of which a kind uses what it needs: a job makes one or more *passes* over its chunks; a chunk
    takes a beat of one or more *rounds*, each with a west operand of its own; a round has *slots*, of which
    ``slots_per_cycle`` are done in each cycle.
    """

    name: str
    summary: str
    example: dict  #: fields of a small configuration that exercises every part: what tests build
    fields = ()  #: those fields of a configuration that only some kinds have, as far as this kind has them
    limits = {}  #: names of fields of a configuration to the values that this kind has, where these are not all
    equal_widths = False  #: whether ``x_width`` and ``w_width`` must be equal
    presets = {}  #: names of fields to what stands in them where the user left them open, instead of the usual default
    sweep_lanes = (1, 2, 4, 8)  #: numbers of lanes worth a price
    block_floating = False  #: whether all products of a chunk are one addend, which can then be aligned
    x_formats = (PLAIN.name,)  #: storage formats of data that the kind can be built with
    w_formats = WEIGHT_FORMATS  #: the same of weights
    encoder_latency = 0  #: cycles from the streams to the array's border, at both edges
    decoder = True  #: whether formats of weights are decoded at the north edge, or mean something to the PE itself
    pe_fields = ()  #: one-bit mode fields that travel with the operands to every PE
    north_fields = ()  #: one-bit mode fields that travel along the north edge to every encoder
    west_fields = ()  #: the same along the west edge

    def defaults(self, config):
        """Values for fields that are open still and depend on the others, as a dict."""
        return {}

    def validate(self, config):
        """Raise ``ValueError`` where the fields of ``config`` do not fit this kind."""
        return None

    @abstractmethod
    def chunk(self, config):
        """Values of the largest chunk, at most 64."""

    @abstractmethod
    def values_per_beat(self, config, mode):
        """Values of the reduction axis that one beat takes in this mode."""

    def values(self, config, word):
        """The same in hardware."""
        return Const(self.chunk(config))

    # Time -----------------------------------------------------------------------------------------------------------

    def slots(self, config, mode):
        """Work items of a round, from a :class:`Mode` or, in hardware, from a word. Values of either, or an int."""
        return 1

    def slots_per_cycle(self, config):
        return 1

    def rounds(self, config, mode):
        """Rounds of a beat, from a :class:`Mode` or a word."""
        return 1

    def passes(self, config, mode):
        """Passes over the chunks, in order: what each takes of the operands, as pairs (plane of x, plane of w). None
        takes whole values."""
        return [(None, None)]

    def pass_sequencer(self, config):
        """A new unit that walks over the passes in hardware, None for one pass. Ports: ``en``, ``start`` (of the job's
        first pass, with ``mode``), ``step`` (to the next pass), ``last``, ``control`` (for :meth:`control_values`)."""
        return None

    def cycles_per_beat(self, config, mode):
        """Cycles that a chunk takes, all passes together."""
        cycles = -(-self.slots(config, mode) // self.slots_per_cycle(config))
        return cycles * self.rounds(config, mode) * len(self.passes(config, mode))

    def operation_counts(self, config, mode):
        """What a PE adds and multiplies for each multiplication of this mode, a list of
        :class:`lowtide.hw.pe.operation_counts.Operation`: by default a dot product of the values of a beat."""
        values = self.values_per_beat(config, mode)
        return shared(dot_product(values, mode.x_bits, mode.w_bits, config.acc_width), values)

    # Modes ----------------------------------------------------------------------------------------------------------

    def supported(self, config):
        """The values of each mode field that are built in: dict of field name to an ascending sequence of ints."""
        return {
            "x_signed": config.signs("x"), "w_signed": config.signs("w"), "hese": (0,), "select": (0,),
            "x_bits": range(2, config.x_width + 1), "w_bits": range(2, config.w_width + 1),
            "data_terms": (0,), "group": (1,), "budget": (1,),
            "x_format": numbers(DATA_FORMATS, config.x_formats), "w_format": numbers(WEIGHT_FORMATS, config.w_formats),
            "codebook": (0, 1) if any(find(name).entries for name in config.w_formats) else (0,),
            "block_floating": (0, 1) if config.exponent_bits else (0,),
        }

    def refusal(self, config, mode):
        """Why this kind refuses ``mode`` although each field is supported: one line, or None."""
        return None

    def refused(self, config, word):
        """The same in hardware: pairs of a :class:`lowtide.hw.mode.reasons.Reason` and a one-bit value."""
        return ()

    @abstractmethod
    def plain_modes(self, config):
        """The modes of plain integers that documents, reports and tests show for this configuration, as a list."""

    def modes(self, config):
        """The modes that documents, reports and tests show: those of plain integers, then the formats."""
        return self.plain_modes(config) + self.format_modes(config)

    def format_modes(self, config):
        """One mode for each other storage format, and for block floating point."""
        plain, found = self.plain_modes(config), []
        for name in config.w_formats:
            if name != PLAIN.name and (mode := self.format_mode(config, plain[0], name)) is not None:
                found.append(mode)
        return found + [mode.change(block_floating=True) for mode in plain if config.exponent_bits]

    def format_mode(self, config, mode, w_format):
        """``mode`` with weights in another storage format, as wide as it needs."""
        return mode.change(w_format=w_format, w_bits=2 if find(w_format).is_narrow else mode.w_bits,
                           w_signed="signed" in config.w_types)

    def narrowed(self, config, mode, x_bits, w_bits):
        """``mode``, of plain integers with every term, for operands of these widths; None where it is refused."""
        narrow = mode.change(x_bits=x_bits, w_bits=w_bits)
        try:
            config.check_mode(narrow)
        except ValueError:
            return None
        return narrow

    def every_mode(self, config):
        """Every mode that the engine accepts, but for the number of a codebook where none is used. Kinds that accept
        too many to list (`term`, `term_pair`) say which ones these are."""
        return accepted_modes(config, self.supported(config))

    def rule(self, config):
        """What the lanes of this configuration may take, in a few words for tables; empty where there is no rule."""
        return ""

    # Numbers --------------------------------------------------------------------------------------------------------

    def effective_data(self, config, mode):
        """Least and largest datum that takes part in a product in this mode."""
        return decoded_range(mode, "x")

    def effective_weights(self, config, mode):
        """Least and largest weight that takes part in a product in this mode."""
        return decoded_range(mode, "w")

    def bound_on_k(self, config, mode):
        """A bound on K beside the accumulator's, None where there is none."""
        return None

    # Operands -------------------------------------------------------------------------------------------------------

    def stream_bits(self, config, side):
        """Bits of one row's or column's operands of a beat in the stream ``x`` or ``w``."""
        return self.chunk(config) * (config.x_width if side == "x" else config.w_width)

    def element_bits(self, config, mode, side):
        """Bits of one value there in this mode. Values lie without gaps, value 0 lowest."""
        return config.x_width if side == "x" else config.w_width

    def element_sizes(self, config, word, side):
        """The same in hardware: pairs of a number of bits and the one-bit value that says when it holds."""
        return [(config.x_width if side == "x" else config.w_width, Const(1))]

    def decoded_bits(self, config, w_format):
        """Bits of one value in the stream ``w`` in modes of this format."""
        return config.w_width

    def padding(self, config, word, side):
        """Bits that stand in for the values beyond a job's last one, as wide as a payload; None for zeros."""
        return None

    def west_shape(self, config):
        """Shape of the operand that a PE holds."""
        return data.ArrayLayout(unsigned(config.x_width), self.chunk(config))

    def north_shape(self, config):
        """Shape of the operand that a PE takes every cycle."""
        return data.ArrayLayout(unsigned(config.w_width), self.chunk(config))

    def west_encoder(self, config):
        """A new unit between a row's chunk of data and its west operands; None passes the chunk on as it is.

        Ports: ``en``, ``control`` and ``control_out`` (handed on to the next row, registered), ``values`` (a chunk),
        ``operand``; and ``lost`` in a north encoder: this cycle something that the mode promised to keep was lost.
        ``latency``: cycles between a chunk and its first operand.
        """
        return None

    def north_encoder(self, config):
        """The same for a column's chunk of weights."""
        return None

    # Control --------------------------------------------------------------------------------------------------------

    def control(self, config, where):
        """Names and widths of the bits that travel with the operands to the PEs (``where`` is "pe") or along an edge
        ("west", "north")."""
        fields = {"pe": self.pe_fields, "west": self.west_fields, "north": self.north_fields}[where]
        if where == "pe" and config.exponent_bits:
            fields += ("block_floating",)
        return dict.fromkeys(fields, 1)

    def control_values(self, config, where, word, beat):
        """What they are in a cycle: dict of the same names. ``beat`` is a :class:`Beat`."""
        return {name: word[name] for name in self.control(config, where)}

    @abstractmethod
    def processing_element(self, config):
        """A new PE, a :class:`ProcessingElement`."""

    def result_shape(self, config):
        """Shape of a PE's result."""
        return signed(config.acc_width)

    def result_converter(self, config):
        """A new combinational unit that makes a result of the accumulator's width out of the one that a row shows:
        ports ``i`` and ``o``. None where they are the same."""
        return None


class Beat(SimpleNamespace):
    """Where a cycle stands in its job, as the sequencer sees it; hardware values.

    step: the cycle is a step, not a bubble. slots: slots of the round that are not done before this cycle. rounds:
    rounds of the beat that are not, this one included. starts: the cycle is the first of a round. opens, closes: the
    chunk is the first, the last of a pass. tail: values of a pass's last chunk, less one. control: of the pass
    sequencer.
    """


def field(mode, name):
    """A number of a mode: an int of a :class:`Mode`, or a hardware value of a ``ModeWord`` view, bias added."""
    if isinstance(mode, Mode):
        return mode.number(name)
    bias = BY_NAME[name].bias
    return mode[name] + bias if bias else mode[name]


def accepted_modes(config, values):
    """The modes that a configuration accepts with each field out of ``values``, a dict of name to numbers as of
    :meth:`Kind.supported`. A mode without codebook has number 0 only."""
    found = []
    for numbers in product(*values.values()):
        mode = Mode.of_numbers(dict(zip(values, numbers, strict=True)))
        if mode.codebook and not mode.storage("w").entries:
            continue
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        found.append(mode)
    return found


def numbers(names, chosen):
    """The places of the chosen names, ascending."""
    return tuple(index for index, name in enumerate(names) if name in chosen)
