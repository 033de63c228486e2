"""The configuration of an accelerator: an array, its memories, its bus, and what is built behind its results.

An :class:`AcceleratorConfig` is frozen and complete. What does not fit is a ``ValueError`` of one line that names the
field, its value and what is allowed, as for arrays.
"""

import math
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from lowtide.common.shown import shown

from .array_config import ArrayConfig
from .identity import identity_of
from .reserved import check_name
from .setting import Setting, integer, power_of_two, settings_of, several, text

__all__ = ["ACCELERATOR_SETTINGS", "POST", "TOP", "AcceleratorConfig"]

TOP = "_machine"  #: what stands behind the name of an accelerator in that of its top module and its files
BANK_ATOMS = 16  #: least depth of a bank of the feature memory
LEAST_WORDS = 16  #: of the weight memory
MOST_ATOMS = 1 << 24  #: that records can address
MOST_WORDS = 1 << 20
DIGITS_PER_CYCLE = (9, 5, 3)  #: that keep pace with a PE of 0, 1 and 2 register stages
#: What may be built behind the requantiser.
POST = ("operand", "product", "vector", "table", "top_terms", "measure")


@dataclass(frozen=True, kw_only=True)
class AcceleratorConfig:
    """An accelerator. The fields explain themselves, see :data:`ACCELERATOR_SETTINGS`; ``array`` is the
    :class:`lowtide.hw.config.array_config.ArrayConfig` that it is built around."""

    name: str = text("custom", "name of the accelerator; its top module and its files have _machine behind it")
    array: ArrayConfig
    feature_bytes: int = power_of_two(
        1 << 16, 1 << 5, 1 << 30, "bytes of the feature memory, a power of two, at least 16 atoms for each row"
    )
    weight_bytes: int = power_of_two(
        1 << 14, 1 << 4, 1 << 30, "bytes of the weight memory, a power of two, at least 16 words"
    )
    parameters: int = power_of_two(
        256, 16, 1 << 16, "entries of the parameter memory, of 8 bytes, a power of two ({range})"
    )
    taps: int = power_of_two(64, 16, 1024, "entries of the tap memory, of 8 bytes, a power of two ({range})")
    bus_bits: int = power_of_two(32, 32, 256, "data width of the AXI4 master, in bits, a power of two ({range})")
    outstanding: int = integer(8, 1, 16, "bursts of reads that may be outstanding ({range})")
    rows_per_requantiser: int = power_of_two(1, 1, 4, "rows that share a requantiser: so many cycles a column: 1, 2, 4")
    multiplier_bits: int = integer(16, 2, 24, "width of the requantisation multiplier, in bits ({range})")
    digits_per_cycle: int = integer(
        None,
        2,
        13,
        "radix-4 digits of that multiplier that are added in a cycle ({range}); left open: 9, 5 or 3 as the array has "
        "0, 1 or 2 register stages",
        open=True,
    )
    post: tuple[str, ...] = several(
        ("operand",), POST, "what is built behind the requantiser, some of: {allowed}", empty=True
    )
    top_k: int = integer(0, 0, 15, "largest codes of a vector that can be kept with their channels ({range})")

    def __post_init__(self) -> None:
        if not isinstance(self.array, ArrayConfig):
            raise ValueError(f"array is {shown(self.array)}, allowed are instances of lowtide.hw.ArrayConfig")
        check_name(self.top if isinstance(self.name, str) else self.name)
        if self.digits_per_cycle is None:
            object.__setattr__(self, "digits_per_cycle", DIGITS_PER_CYCLE[self.array.pipeline])
        for setting in ACCELERATOR_SETTINGS:
            object.__setattr__(self, setting.name, setting.checked(getattr(self, setting.name)))
        self._check_together()

    def _check_together(self) -> None:
        """Raise ``ValueError`` where fields do not fit each other."""
        array, rows = self.array, self.array.rows
        if rows < 2 or rows & rows - 1:
            raise ValueError(f"rows of the array is {rows}, allowed in an accelerator are powers of two from 2")
        if array.exponent_width("x"):
            raise ValueError(
                f"exponent_bits of the array is {array.exponent_bits}, allowed in an accelerator are 0, and exponents "
                f"of weights alone: data in memory have none"
            )
        if array.name in (self.name, self.top):
            raise ValueError(f"name is {shown(self.name)}, that of its array: allowed are all others")
        for name, unit, least, most, what in (
            ("feature_bytes", self.atom_bytes, BANK_ATOMS * rows, MOST_ATOMS, "atoms"),
            ("weight_bytes", self.weight_word_bytes, LEAST_WORDS, MOST_WORDS, "words"),
        ):
            if not least * unit <= getattr(self, name) <= most * unit:
                raise ValueError(
                    f"{name} is {getattr(self, name)}, allowed with {what} of {unit} bytes are powers of two from "
                    f"{least * unit} to {most * unit}"
                )
        if self.bus_bits > 8 * self.atom_bytes * rows:
            raise ValueError(
                f"bus_bits is {self.bus_bits}, allowed are at most {8 * self.atom_bytes * rows}: an atom of each row"
            )
        if self.rows_per_requantiser > rows:
            raise ValueError(
                f"rows_per_requantiser is {self.rows_per_requantiser}, allowed are at most the {rows} rows of the array"
            )

    @property
    def top(self) -> str:
        """Name of the top module, and of the files."""
        return f"{self.name}{TOP}"

    @property
    def rows(self) -> int:
        """Rows of the array, and banks of the feature memory."""
        return self.array.rows

    @property
    def cols(self) -> int:
        """Columns of the array."""
        return self.array.cols

    @property
    def atom_bytes(self) -> int:
        """Bytes of an atom, what a row takes in a beat: the smallest power of two that holds it."""
        return _bytes(self.array.payload_bits("x"))

    @property
    def atom_bits(self) -> int:
        """Bits of an atom in the feature memory."""
        return 8 * self.atom_bytes

    @property
    def feature_atoms(self) -> int:
        """Atoms of the feature memory."""
        return self.feature_bytes // self.atom_bytes

    @property
    def bank_atoms(self) -> int:
        """Atoms of one bank of the feature memory."""
        return self.feature_atoms // self.rows

    @property
    def feature_address_bits(self) -> int:
        """Width of an atom address."""
        return _bits(self.feature_atoms)

    @property
    def bank_bits(self) -> int:
        """Width of the number of a bank, or of a row."""
        return _bits(self.rows)

    @property
    def bank_address_bits(self) -> int:
        """Width of an address within a bank."""
        return _bits(self.bank_atoms)

    @property
    def bus_bytes(self) -> int:
        """Bytes of a beat of the bus."""
        return self.bus_bits // 8

    @property
    def atoms_per_bus_beat(self) -> int:
        """Atoms that a beat of the bus holds, 1 where it holds a part of one."""
        return max(1, self.bus_bytes // self.atom_bytes)

    @property
    def weight_word_bytes(self) -> int:
        """Bytes of a word of the weight memory, a beat of all columns: the smallest power of two that holds it."""
        return _bytes(self.array.cols * self.array.payload_bits("w"))

    @property
    def weight_words(self) -> int:
        """Words of the weight memory."""
        return self.weight_bytes // self.weight_word_bytes

    @property
    def weight_address_bits(self) -> int:
        """Width of the address of a weight word."""
        return _bits(self.weight_words)

    @property
    def requantisers(self) -> int:
        """Requantisers of the accelerator."""
        return self.rows // self.rows_per_requantiser

    @cached_property
    def identity(self) -> int:
        """What programs for it state, 32 bits: all fields but the names decide it."""
        return identity_of(self.fields())

    def fields(self) -> dict[str, Any]:
        """The fields as a dict that JSON can hold, those of the array as a dict in it."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()} | {
            "array": self.array.parameters()
        }


def _bytes(bits: int) -> int:
    """The smallest power of two of bytes that holds so many bits."""
    return 1 << _bits(math.ceil(bits / 8))


def _bits(count: int) -> int:
    """Bits that tell so many things apart."""
    return (count - 1).bit_length()


#: The fields of an accelerator but its array, in order.
ACCELERATOR_SETTINGS: tuple[Setting, ...] = settings_of(AcceleratorConfig)
