"""The configuration of an array: everything that decides what hardware is generated.

A :class:`ArrayConfig` is frozen and complete: fields left open are filled in by the kind of PE, and what does not fit
is a ``ValueError`` of one line that names the field, its value and what is allowed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from lowtide.common.shown import shown

from ..logic.intake import PLACES
from ..mode.formats import check_formats, format_refusal
from ..mode.word import FIELDS, Mode
from ..pe import KINDS
from ..pe.kind import Kind
from .fields import BY_NAME, Fields, settings_for
from .reserved import check_name
from .setting import Setting

__all__ = ["CHUNK_BITS", "MOST_CHUNKS", "TAIL_BITS", "ArrayConfig"]

CHUNK_BITS = 16  #: width of a job's number of chunks
MOST_CHUNKS = (1 << CHUNK_BITS) - 1  #: of a job
TAIL_BITS = 6  #: width of a job's number of values in its last chunk, less one


@dataclass(frozen=True, kw_only=True)
class ArrayConfig(Fields):
    """An array of processing elements: its fields are those of :class:`lowtide.hw.config.fields.Fields`."""

    def __post_init__(self) -> None:
        if not isinstance(self.kind, str) or self.kind not in KINDS:
            raise ValueError(f"kind is {shown(self.kind)}, allowed are {', '.join(KINDS)}")
        check_name(self.name)
        settings = settings_for(self.kind)
        for setting in settings:
            self._complete(setting, setting.default)
        defaults = self.pe.defaults(self)
        for setting in settings:
            self._complete(setting, defaults.get(setting.name))
        self._check_together()
        self.pe.validate(self)
        check_formats(self)

    def _complete(self, setting: Setting, default: Any) -> None:
        """Check a field, which becomes its default where it is open, and give it the form that all code sees."""
        if setting.name == "acc_width":  # at least a product: the widths stand before
            setting = replace(setting, allowed=setting.allowed[self.x_width + self.w_width - setting.allowed[0] :])
        value, has = getattr(self, setting.name), not setting.own or setting.name in self.pe.fields
        if value is None and setting.open:
            value = default if has else setting.absent
            if value is None:
                return
        if has:
            value = setting.checked(value)
        elif isinstance(value, list):  # as JSON and TOML have names
            value = tuple(value)
        if not has and (type(value) is not type(setting.absent) or value != setting.absent):
            raise ValueError(f"{setting.name} is {shown(value)}, kind {self.kind} has none: leave it out")
        object.__setattr__(self, setting.name, value)

    def _check_together(self) -> None:
        """Raise ``ValueError`` where fields do not fit each other, whatever the kind."""
        for name, lines, tile in (("rows", self.rows, self.tile_rows), ("cols", self.cols, self.tile_cols)):
            if lines % tile:
                fitting = [each for each in BY_NAME[f"tile_{name}"].allowed if lines % each == 0]
                raise ValueError(f"tile_{name} is {tile}, allowed with {lines} {name} {_listed(fitting)}")
        if self.pe.equal_widths and self.x_width != self.w_width:
            raise ValueError(
                f"x_width is {self.x_width} and w_width {self.w_width}, allowed for kind {self.kind} are equal ones"
            )
        if self.exponent_bits and not self.pe.exponent_sides:
            raise ValueError(
                f"exponent_bits is {self.exponent_bits}, kind {self.kind} has chunks without exponents: leave it out"
            )
        if self.guard_bits and not self.pe.block_floating:
            raise ValueError(
                f"guard_bits is {self.guard_bits}, kind {self.kind} has no block floating point: leave it out"
            )
        if self.guard_bits and not self.exponent_bits:
            raise ValueError(
                f"guard_bits is {self.guard_bits}, without exponent_bits there is no block floating point: leave it out"
            )

    @property
    def pe(self) -> Kind:
        """The kind of PE, as the object that states what it does: a :class:`lowtide.hw.pe.kind.Kind`."""
        return KINDS[self.kind]

    @property
    def chunk(self) -> int:
        """Values of the largest chunk, for each row of ``x`` and each column of ``w``."""
        return self.pe.chunk(self)

    @property
    def tiled(self) -> bool:
        """Whether several PEs share operands."""
        return self.pes_of_tile > 1

    @property
    def pes_of_tile(self) -> int:
        """PEs of a tile."""
        return self.tile_rows * self.tile_cols

    def stops(self, side: str) -> int:
        """Stops of the wave along the rows ("x") or the columns ("w"): tiles, each a cycle behind the one before."""
        return self.rows // self.tile_rows if side == "x" else self.cols // self.tile_cols

    @property
    def pause(self) -> int:
        """Cycles that a job waits for the one before: without result buffer until the accumulators have been read.

        A column leaves when its lowest row is done, and columns of a tile leave one after the other."""
        return 0 if self.result_buffer else self.stops("x") - 1 + self.cols - self.stops("w")

    def element_bits(self, side: str, mode: Mode) -> int:
        """Bits of one value in the stream ``x`` or ``w`` in this mode."""
        return self.pe.element_bits(self, mode, side)

    def payload_bits(self, side: str) -> int:
        """Bits of one row's operands of a beat in the stream ``x``, or of one column's in ``w``, exponent and all."""
        return self.pe.stream_bits(self, side) + self.exponent_width(side)

    def exponent_width(self, side: str) -> int:
        """Bits of the exponent that a chunk has in the stream ``x`` or ``w``, behind its values; 0 without one."""
        return self.exponent_bits if side in self.pe.exponent_sides else 0

    def signs(self, side: str) -> tuple[int, ...]:
        """Values of the mode field ``x_signed`` or ``w_signed`` that are built in, ascending."""
        return tuple(sorted(int(kind == "signed") for kind in getattr(self, f"{side}_types")))

    def check_mode(self, mode: Mode) -> None:
        """Raise ``ValueError`` for a mode that this configuration refuses: the reasons of the engine's error flag."""
        if not isinstance(mode, Mode):
            raise ValueError(f"mode is {shown(mode)}, allowed are instances of lowtide.hw.Mode")
        for field in FIELDS:
            number, allowed = mode.number(field.name), self._supported[field.name]
            if number not in allowed:
                whole = len(allowed) > 2 and len(allowed) == allowed[-1] - allowed[0] + 1
                span = f"{allowed[0]} to {allowed[-1]}" if whole else " and ".join(map(str, allowed))
                raise ValueError(f"{field.name} is {number}, configuration {self.name} has {span}")
        if refusal := format_refusal(mode) or self.pe.refusal(self, mode):
            raise ValueError(refusal)

    def modes(self) -> list[Mode]:
        """Representative modes of this configuration, for documents and tests."""
        return list(self._modes)

    @cached_property
    def _modes(self) -> tuple[Mode, ...]:
        return tuple(self.pe.modes(self))

    @cached_property
    def _supported(self) -> dict[str, Sequence[int]]:
        """Values of each mode field: asked of every mode that is checked."""
        return self.pe.supported(self)

    def values_per_beat(self, mode: Mode) -> int:
        """Values along the reduction axis that one beat has, for each row and column."""
        return self.pe.values_per_beat(self, mode)

    def values_of_chunk(self, side: str, mode: Mode) -> int:
        """Values of a chunk in the stream ``x`` or ``w``: those of a beat, but a single weight in a diagonal mode."""
        return 1 if side == "w" and mode.diagonal else self.values_per_beat(mode)

    def cycles_per_beat(self, mode: Mode) -> int:
        """Clock cycles that a beat takes in this mode."""
        return self.pe.cycles_per_beat(self, mode)

    def macs_per_cycle(self, mode: Mode) -> float:
        """Multiplications that one PE completes each cycle in this mode, a float."""
        return self.values_of_chunk("w", mode) / self.cycles_per_beat(mode)

    def rates(self) -> list[float]:
        """Multiplications that one PE completes each cycle in representative modes, diagonal ones aside; ascending."""
        return sorted({self.macs_per_cycle(mode) for mode in self.modes() if not mode.diagonal})

    @property
    def judgement_latency(self) -> int:
        """Cycles from the one in which an idle engine takes a job to the one in which its refusal shows."""
        return 1 + (PLACES + 1 if self.pipeline else 0)

    @property
    def job_latency(self) -> int:
        """Cycles from the one in which an idle engine takes a job to the one in which it takes its first operands."""
        return 2 + (PLACES if self.pipeline else 0)

    @property
    def stop_latency(self) -> int:
        """Cycles in which operands may be taken although a result waits: 0, with stages the first one."""
        return int(self.pipeline > 0)

    def latency(self, mode: Mode) -> int:
        """Cycles from the one in which a job's last operands are taken to the one that offers its first column of
        results, where no result waits: edges, the beat, the stages of the sum, the way down the rows of tiles, and
        one for the readout."""
        beat = self.cycles_per_beat(mode) // len(self.pe.passes(self, mode))
        return self.pe.edge_latency(self) + beat + self.pipeline + self.stops("x") + 1

    def largest_k(self, mode: Mode) -> int:
        """The largest K of one job whose accumulator cannot overflow, whatever the operands."""
        return min(self.largest_k_of_accumulator(mode), self.largest_k_of_job(mode))

    def largest_k_of_job(self, mode: Mode) -> int:
        """The largest K that the number of chunks of a job can state."""
        return MOST_CHUNKS * self.values_per_beat(mode)

    def largest_k_of_accumulator(self, mode: Mode) -> int:
        """The largest K for which the accumulator cannot overflow, whatever the operands and however many jobs."""
        x = self.pe.effective_data(self, mode)
        w = self.pe.effective_weights(self, mode)
        products = [a * b << (self.guard_bits if mode.block_floating else 0) for a in x for b in w]
        limit = 1 << self.acc_width - 1
        limits = [(limit - 1) // max(products)] if max(products) > 0 else []
        limits += [limit // -min(products)] if min(products) < 0 else []
        if mode.diagonal:  # one product a chunk
            limits = [self.values_per_beat(mode) * most for most in limits]
        bound = self.pe.bound_on_k(self, mode)
        return min(limits if bound is None else [*limits, bound])

    def parameters(self) -> dict[str, Any]:
        """The fields as a dict that JSON can hold."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    def header(self) -> str:
        """One line that says what this is: every field but the name, and but the tile where that is a PE."""
        left_out = {"name"} if self.tiled else {"name", "tile_rows", "tile_cols"}
        return ", ".join(
            f"{key} {json.dumps(value).replace(chr(34), '')}"
            for key, value in self.parameters().items()
            if key not in left_out
        )


def _listed(numbers: Sequence[int]) -> str:
    """What is allowed."""
    return f"are {', '.join(map(str, numbers))}" if len(numbers) > 1 else f"is {numbers[0]}"
