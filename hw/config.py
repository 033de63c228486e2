"""The configuration of an array: everything that decides what hardware is generated.

A :class:`ArrayConfig` is frozen and complete: fields left open are filled in by the kind of PE, and what does not fit
is a ``ValueError`` of one line that names the field, its value and what is allowed.
"""

import json
import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from .mode import FIELDS, WEIGHT_FORMATS, WORD_BITS
from .pe import KINDS
from .pe.base import operand_range

__all__ = ["ArrayConfig", "CHUNK_BITS", "HELP", "MULTIPLIERS", "TYPES", "from_toml"]

CHUNK_BITS = 16  #: width of a job's number of chunks
TYPES = ("signed", "unsigned")
ENCODINGS = ("hese", "binary")
MULTIPLIERS = ("inferred", "booth")

#: One line for each field: the command line's help and the documents.
HELP = {
    "name": "name of the configuration, and of the top module and the files",
    "kind": "kind of processing element: " + ", ".join(KINDS),
    "rows": "rows of the array: rows of X, and of the result, at a time (1 to 256)",
    "cols": "columns of the array: columns of W, and of the result, at a time (1 to 256)",
    "lanes": "values (parallel: 1 to 64) or weight terms (term: 1 to 16) that a PE takes each cycle",
    "x_width": "width of a datum, in bits (2 to 16)",
    "w_width": "width of a weight, in bits (2 to 16)",
    "acc_width": "width of the accumulator, two's complement, wraps (at least x_width + w_width, at most 64)",
    "x_types": "number types of data that modes can choose: signed, unsigned or both",
    "w_types": "number types of weights that modes can choose: signed, unsigned or both",
    "w_formats": "storage formats of weights that modes can choose: " + ", ".join(WEIGHT_FORMATS),
    "encodings": "term: encodings of weights that modes can choose: hese, binary or both",
    "multiplier": "parallel: inferred (by synthesis, or DSP blocks) or booth (radix-4 digits summed over the lanes)",
    "group": "term: largest group, in values (1 to 16)",
    "budget": "term: largest budget, in terms of a group (1 to 511); left open: enough to keep every term",
    "result_buffer": "results leave while the next job runs; without, each job waits rows - 1 cycles for the last one",
}

RANGES = {"rows": (1, 256), "cols": (1, 256), "x_width": (2, 16), "w_width": (2, 16)}
CHOICES = {"x_types": TYPES, "w_types": TYPES, "w_formats": WEIGHT_FORMATS, "encodings": ENCODINGS}


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
    w_formats: tuple[str, ...] = ("plain",)
    encodings: tuple[str, ...] | None = None
    multiplier: str | None = None
    group: int | None = None
    budget: int | None = None
    result_buffer: bool = True

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}, allowed are {', '.join(KINDS)}")
        if not self.name.isidentifier() or not self.name.isascii():
            raise ValueError(f"name is {self.name!r}, allowed are letters, digits and _, not a digit first")
        for name, allowed in CHOICES.items():
            self._complete_choice(name, allowed)
        for name, (least, most) in RANGES.items():
            self._check_integer(name, least, most)
        for name, value in self.operations.defaults(self).items():
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        self._check_integer("lanes", 1, self.operations.most_lanes)
        self._check_integer("acc_width", self.x_width + self.w_width, 64)
        if not isinstance(self.result_buffer, bool):
            raise ValueError(f"result_buffer is {self.result_buffer!r}, allowed are true and false")
        for name in ("group", "budget"):
            self._check_integer(name, 1, 511)
        if self.multiplier not in (None, *MULTIPLIERS):
            raise ValueError(f"multiplier is {self.multiplier!r}, allowed are {', '.join(MULTIPLIERS)}")
        self.operations.validate(self)

    def _complete_choice(self, name, allowed):
        value = getattr(self, name)
        if value is None:
            return
        value = (value,) if isinstance(value, str) else tuple(value)
        if len(set(value)) != len(value) or not set(value) <= set(allowed) or (not value and name != "encodings"):
            raise ValueError(f"{name} is {', '.join(map(str, value)) or 'empty'}, allowed are some of "
                             f"{', '.join(allowed)}, each once")
        object.__setattr__(self, name, tuple(choice for choice in allowed if choice in value))

    def _check_integer(self, name, least, most):
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"{name} is {value!r}, allowed are {least} to {most}")

    @property
    def operations(self):
        """The kind of PE, as the object that states what it does: a :class:`hw.pe.base.Kind`."""
        return KINDS[self.kind]

    @property
    def chunk(self):
        """Values of the largest chunk, for each row of ``x`` and each column of ``w``."""
        return self.operations.chunk(self)

    def signs(self, side):
        """Values of the mode field ``x_signed`` or ``w_signed`` that are built in, ascending."""
        return tuple(sorted(int(kind == "signed") for kind in getattr(self, f"{side}_types")))

    def check_mode(self, mode):
        """Raise ``ValueError`` for a mode that this configuration refuses: the reasons of the engine's error flag."""
        supported = self.operations.supported(self)
        for field in FIELDS:
            number, allowed = mode.number(field.name), supported[field.name]
            if number not in allowed:
                span = f"{allowed[0]} to {allowed[-1]}" if len(allowed) > 2 else " and ".join(map(str, allowed))
                raise ValueError(f"{field.name} is {number}, configuration {self.name} has {span}")
        if refusal := self.operations.refusal(self, mode):
            raise ValueError(refusal)

    def modes(self):
        """Representative modes of this configuration, for documents and tests."""
        return self.operations.modes(self)

    def values_per_beat(self, mode):
        return self.operations.values_per_beat(self, mode)

    def cycles_per_beat(self, mode):
        return self.operations.cycles_per_beat(self, mode)

    def macs_per_cycle(self, mode):
        """Multiplications that one PE completes each cycle in this mode, a float."""
        return self.values_per_beat(mode) / self.cycles_per_beat(mode)

    def largest_k(self, mode):
        """The largest K for which the accumulator cannot overflow, whatever the operands."""
        x = operand_range(mode.x_bits, mode.x_signed)
        w = self.operations.effective_weights(self, mode)
        products = [a * b for a in x for b in w]
        limit = 1 << self.acc_width - 1
        return min((limit - 1) // max(max(products), 1), limit // max(-min(products), 1))

    def parameters(self):
        """The fields as a dict that JSON can hold."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def header(self):
        """One line that says what this is: every field but the name."""
        return ", ".join(f"{key} {json.dumps(value).replace(chr(34), '')}"
                         for key, value in self.parameters().items() if key != "name")


def from_toml(path):
    """The configuration in a TOML file: one ``key = value`` for each field, the name by default that of the file."""
    path = Path(path)
    try:
        values = tomllib.loads(path.read_text())
    except OSError as error:
        raise ValueError(f"config file is {path}: {error.strerror.lower()}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"config file is {path}: not TOML, {error}") from None
    known = [field.name for field in fields(ArrayConfig)]
    for key in values:
        if key not in known:
            raise ValueError(f"{key} is no field of a configuration, allowed are {', '.join(known)}")
    return ArrayConfig(**{"name": path.stem} | values)


assert set(HELP) == {field.name for field in fields(ArrayConfig)} and WORD_BITS <= 64
