"""The configuration of an array: everything that decides what hardware is generated.

A :class:`ArrayConfig` is frozen and complete: fields left open are filled in by the kind of PE, and what does not fit
is a ``ValueError`` of one line that names the field, its value and what is allowed.
"""

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from lowtide.common.shown import shown

from ..mode.formats import check_formats, format_refusal
from ..mode.word import DATA_FORMATS, FIELDS, WEIGHT_FORMATS, WORD_BITS, Mode
from ..pe import KINDS
from .reserved import KEYWORDS, is_taken

__all__ = ["ArrayConfig", "CHUNK_BITS", "HELP", "MOST_CHUNKS", "MULTIPLIERS", "OPTIONAL", "TAIL_BITS", "TYPES",
           "from_toml"]

CHUNK_BITS = 16  #: width of a job's number of chunks
MOST_CHUNKS = (1 << CHUNK_BITS) - 1  #: of a job
TAIL_BITS = 6  #: width of a job's number of values in its last chunk, less one
TYPES = ("signed", "unsigned")
ENCODINGS = ("hese", "binary")
MULTIPLIERS = ("inferred", "booth")
DIGITS = ("binary", "booth")
ACCUMULATIONS = ("direct", "coefficients")

#: One line for each field: the command line's help and the documents.
HELP = {
    "name": "name of the configuration, and of the top module and the files",
    "kind": "kind of processing element: " + ", ".join(KINDS),
    "rows": "rows of the array: rows of X, and of the result, at a time (1 to 256)",
    "cols": "columns of the array: columns of W, and of the result, at a time (1 to 256)",
    "lanes": "values, or weight terms (term), that a PE takes each cycle; 1 where a kind has no lanes",
    "x_width": "width of a datum, in bits (2 to 16)",
    "w_width": "width of a weight, in bits (2 to 16)",
    "acc_width": "width of the accumulator, two's complement, wraps (at least x_width + w_width, at most 64)",
    "x_types": "number types of data that modes can choose: signed, unsigned or both",
    "w_types": "number types of weights that modes can choose: signed, unsigned or both",
    "x_formats": "storage formats of data that modes can choose: " + ", ".join(DATA_FORMATS),
    "w_formats": "storage formats of weights that modes can choose: " + ", ".join(WEIGHT_FORMATS),
    "exponent_bits": "block floating point: width of a chunk's exponent on either side (0, none, to 6)",
    "guard_bits": "block floating point: fraction bits of the accumulator (0 to 16)",
    "encodings": "term, term_pair: encodings that modes can choose: hese, binary or both",
    "multiplier": "parallel: inferred (by synthesis, or DSP blocks) or booth (radix-4 digits summed over the lanes)",
    "group": "term, term_pair: largest group, in values (1 to 16)",
    "budget": "term, term_pair: largest budget, in terms of a group (1 to 511); left open: enough to keep every term",
    "dedicated": "term: one lane sees only value 0 of the group, one only value 1, and so on; the others are shared",
    "window": "term: values of the group that a lane which is not dedicated can see; left open: the whole group",
    "digits": "bit_serial: weights in series as bits (binary) or as radix-4 Booth digits (booth)",
    "accumulation": "term_pair: add each power of two (direct) or count them in a coefficient vector (coefficients)",
    "coefficient_width": "term_pair: width of a coefficient, two's complement, wraps (2 to 32)",
    "result_buffer": "results leave while the next job runs; without, each job waits rows - 1 cycles for the last one",
}

RANGES = {"rows": (1, 256), "cols": (1, 256), "x_width": (2, 16), "w_width": (2, 16), "exponent_bits": (0, 6),
          "guard_bits": (0, 16)}
LISTS = {"x_types": TYPES, "w_types": TYPES, "x_formats": DATA_FORMATS, "w_formats": WEIGHT_FORMATS,
         "encodings": ENCODINGS}
#: Fields that only some kinds have, and what stands in them for the others.
OPTIONAL = {"encodings": (), "multiplier": None, "group": 1, "budget": 1, "dedicated": None, "window": None,
            "digits": None, "accumulation": None, "coefficient_width": None}
NAMES = {"multiplier": MULTIPLIERS, "digits": DIGITS, "accumulation": ACCUMULATIONS}
INTEGERS = {"group": (1, 16), "budget": (1, 511), "window": (1, 16), "coefficient_width": (2, 32)}
MOST_NAME = 100  #: letters of a name, which is that of files and the beginning of those of modules


@dataclass(frozen=True, kw_only=True)
class ArrayConfig:
    """An array of processing elements. The fields are explained in :data:`HELP`; None is filled in by the kind."""

    name: str = "custom"
    kind: str = "parallel"
    rows: int = 8
    cols: int = 8
    lanes: int | None = None
    x_width: int = 8
    w_width: int = 8
    acc_width: int = 32
    x_types: tuple[str, ...] = ("signed", "unsigned")
    w_types: tuple[str, ...] = ("signed",)
    x_formats: tuple[str, ...] = ("plain",)
    w_formats: tuple[str, ...] = ("plain",)
    exponent_bits: int = 0
    guard_bits: int = 0
    encodings: tuple[str, ...] | None = None
    multiplier: str | None = None
    group: int | None = None
    budget: int | None = None
    dedicated: bool | None = None
    window: int | None = None
    digits: str | None = None
    accumulation: str | None = None
    coefficient_width: int | None = None
    result_buffer: bool = True

    def __post_init__(self):
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise ValueError(f"kind is {shown(self.kind)}, allowed are {', '.join(KINDS)}")
        check_name(self.name)
        for name, allowed in LISTS.items():
            self._complete_list(name, allowed)
        for name, (least, most) in RANGES.items():
            self._check_integer(name, least, most)
        self._check_optional()
        for name, value in ({"lanes": 1} | OPTIONAL | self.pe.defaults(self)).items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        self._check_optional()
        self._check_integer("acc_width", self.x_width + self.w_width, 64)
        self._check_flag("result_buffer")
        if (self.exponent_bits or self.guard_bits) and not self.pe.block_floating:
            raise ValueError(f"exponent_bits is {self.exponent_bits}, guard_bits {self.guard_bits}: kind {self.kind} "
                             "adds more than once a chunk and has no block floating point, leave them out")
        if self.guard_bits and not self.exponent_bits:
            raise ValueError(f"guard_bits is {self.guard_bits}, without exponent_bits there is no block floating "
                             "point: leave it out")
        self.pe.validate(self)
        check_formats(self)

    def _check_optional(self):
        """The fields that only some kinds have, unless they are open still: refused where the kind has none."""
        if self.lanes is not None:
            self._check_integer("lanes", 1, self.pe.most_lanes)
        for name, absent in OPTIONAL.items():
            value = getattr(self, name)
            if value is None:
                continue
            if name not in self.pe.fields:
                if type(value) is not type(absent) or value != absent:
                    raise ValueError(f"{name} is {shown(value)}, kind {self.kind} has none: leave it out")
            elif name in NAMES and (not isinstance(value, str) or value not in NAMES[name]):
                raise ValueError(f"{name} is {shown(value)}, allowed are {', '.join(NAMES[name])}")
            elif name in INTEGERS:
                self._check_integer(name, *INTEGERS[name])
            elif name == "dedicated":
                self._check_flag(name)

    def _check_flag(self, name):
        if not isinstance(getattr(self, name), bool):
            raise ValueError(f"{name} is {shown(getattr(self, name))}, allowed are true and false")

    def _complete_list(self, name, allowed):
        value = getattr(self, name)
        if value is None and name in OPTIONAL:
            return
        choices = (value,) if isinstance(value, str) else value
        if not isinstance(choices, list | tuple) or not all(isinstance(choice, str) for choice in choices):
            raise ValueError(f"{name} is {shown(value)}, allowed are some of {', '.join(allowed)}, each once")
        chosen = set(choices)
        if len(chosen) != len(choices) or not chosen <= set(allowed) or (not chosen and name not in OPTIONAL):
            raise ValueError(f"{name} is {shown(', '.join(choices)) if choices else 'empty'}, allowed are some of "
                             f"{', '.join(allowed)}, each once")
        object.__setattr__(self, name, tuple(choice for choice in allowed if choice in chosen))

    def _check_integer(self, name, least, most):
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            span = f"are {least} to {most}" if least < most else f"is {least}"
            raise ValueError(f"{name} is {shown(value)}, allowed {span}")

    @property
    def pe(self):
        """The kind of PE, as the object that states what it does: a :class:`lowtide.hw.pe.base.Kind`."""
        return KINDS[self.kind]

    @property
    def chunk(self):
        """Values of the largest chunk, for each row of ``x`` and each column of ``w``."""
        return self.pe.chunk(self)

    def element_bits(self, side, mode):
        """Bits of one value in the stream ``x`` or ``w`` in this mode."""
        return self.pe.element_bits(self, mode, side)

    def payload_bits(self, side):
        """Bits of one row's operands of a beat in the stream ``x``, or of one column's in ``w``, exponent and all."""
        return self.pe.stream_bits(self, side) + self.exponent_bits

    def signs(self, side):
        """Values of the mode field ``x_signed`` or ``w_signed`` that are built in, ascending."""
        return tuple(sorted(int(kind == "signed") for kind in getattr(self, f"{side}_types")))

    def check_mode(self, mode):
        """Raise ``ValueError`` for a mode that this configuration refuses: the reasons of the engine's error flag."""
        if not isinstance(mode, Mode):
            raise ValueError(f"mode is {shown(mode)}, allowed are instances of lowtide.hw.Mode")
        supported = self.pe.supported(self)
        for field in FIELDS:
            number, allowed = mode.number(field.name), supported[field.name]
            if number not in allowed:
                whole = len(allowed) > 2 and len(allowed) == allowed[-1] - allowed[0] + 1
                span = f"{allowed[0]} to {allowed[-1]}" if whole else " and ".join(map(str, allowed))
                raise ValueError(f"{field.name} is {number}, configuration {self.name} has {span}")
        if refusal := format_refusal(mode) or self.pe.refusal(self, mode):
            raise ValueError(refusal)

    def modes(self):
        """Representative modes of this configuration, for documents and tests."""
        return self.pe.modes(self)

    def values_per_beat(self, mode):
        return self.pe.values_per_beat(self, mode)

    def cycles_per_beat(self, mode):
        return self.pe.cycles_per_beat(self, mode)

    def macs_per_cycle(self, mode):
        """Multiplications that one PE completes each cycle in this mode, a float."""
        return self.values_per_beat(mode) / self.cycles_per_beat(mode)

    def largest_k(self, mode):
        """The largest K of one job whose accumulator cannot overflow, whatever the operands."""
        return min(self.largest_k_of_accumulator(mode), self.largest_k_of_job(mode))

    def largest_k_of_job(self, mode):
        """The largest K that the number of chunks of a job can state."""
        return MOST_CHUNKS * self.values_per_beat(mode)

    def largest_k_of_accumulator(self, mode):
        """The largest K for which the accumulator cannot overflow, whatever the operands and however many jobs."""
        x = self.pe.effective_data(self, mode)
        w = self.pe.effective_weights(self, mode)
        products = [a * b << (self.guard_bits if mode.block_floating else 0) for a in x for b in w]
        limit = 1 << self.acc_width - 1
        limits = [(limit - 1) // max(products)] if max(products) > 0 else []
        limits += [limit // -min(products)] if min(products) < 0 else []
        bound = self.pe.bound_on_k(self, mode)
        return min(limits if bound is None else [*limits, bound])

    def parameters(self):
        """The fields as a dict that JSON can hold."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def header(self):
        """One line that says what this is: every field but the name."""
        return ", ".join(f"{key} {json.dumps(value).replace(chr(34), '')}"
                         for key, value in self.parameters().items() if key != "name")


def check_name(name):
    """Raise ``ValueError`` for a name that no configuration may have."""
    if not isinstance(name, str) or not name.isidentifier() or not name.isascii():
        raise ValueError(f"name is {shown(name)}, allowed are letters, digits and _, not a digit first")
    if len(name) > MOST_NAME:
        raise ValueError(f"name is {shown(name)}, it has {len(name)} letters: allowed are 1 to {MOST_NAME}")
    if name in KEYWORDS:
        raise ValueError(f"name is {name!r}, a word of Verilog: allowed are all others")
    if is_taken(name):
        raise ValueError(f"name is {name!r}, the name of another file that Lowtide writes: allowed are all others")


def from_toml(path):
    """The configuration in a TOML file: one ``key = value`` for each field, the name by default that of the file."""
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"config file is {path}: {error.strerror.lower()}") from None
    except (ValueError, RecursionError) as error:  # also bytes that are no text, numbers and lists beyond limits
        raise ValueError(f"config file is {path}: not TOML, {error}") from None
    if "name" not in values:
        try:
            check_name(path.stem)
        except ValueError as error:
            raise ValueError(f"{error} (it is taken from that of the file {path.name}, which has no line "
                             'name = "...")') from None
    known = [field.name for field in fields(ArrayConfig)]
    for key in values:
        if key not in known:
            raise ValueError(f"{shown(key)} is no field of a configuration, allowed are {', '.join(known)}")
    return ArrayConfig(**{"name": path.stem} | values)


assert set(HELP) == {field.name for field in fields(ArrayConfig)} and WORD_BITS <= 64
