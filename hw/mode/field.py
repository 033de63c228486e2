"""A field of the mode word: everything about it, stated beside its default in :class:`lowtide.hw.mode.word.Mode`."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from lowtide.common.shown import shown

__all__ = ["Field", "fields_of", "stated"]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the mode word.

    Parameters
    ----------
    name : str
        The same in software, Verilog and documents.
    lowest_bit, bits : int
        Place and width in the word.
    least, most : int
        The numbers that the field can state.
    bias : int
        The word holds ``number - bias``.
    choices : tuple of str
        Names of the numbers 0, 1, ..., by which software states the field; empty for a number or a flag.
    flag : bool
        Whether software states the field as true or false.
    default : object
        What software states where nothing else is said.
    reason : int
        Code of the error flag's reason where a configuration does not have the value: stable, see
        :mod:`lowtide.hw.mode.reasons`.
    meaning : str
        One line for the documents.
    """

    name: str
    lowest_bit: int
    bits: int
    least: int
    most: int
    bias: int
    choices: tuple[str, ...]
    flag: bool
    default: Any
    reason: int
    meaning: str

    def __post_init__(self) -> None:
        most = self.bias + (1 << self.bits) - 1
        if not self.bias <= self.least or self.most > most:
            raise ValueError(
                f"field {self.name} of the mode word has values {self.least} to {self.most}, allowed in "
                f"its {self.bits} bits are {self.bias} to {most}: widen the field"
            )

    def check(self, value: Any) -> None:
        """Raise ``ValueError`` unless software can state this value."""
        if self.choices:
            if not isinstance(value, str) or value not in self.choices:
                raise ValueError(f"{self.name} is {shown(value)}, allowed are {', '.join(self.choices)}")
        elif not _is_whole(value) or not self.least <= value <= self.most:
            raise ValueError(f"{self.name} is {shown(value)}, allowed are {self.least} to {self.most}")

    def number(self, value: Any) -> int:
        """The number of a value that software states."""
        return self.choices.index(value) if self.choices else int(value)

    def number_in(self, word: int) -> int:
        """The number that a mode word states, in range or not."""
        return (word >> self.lowest_bit & (1 << self.bits) - 1) + self.bias

    def put(self, word: int, number: int) -> int:
        """A mode word with another number in this field, any that fits its bits."""
        return word & ~((1 << self.bits) - 1 << self.lowest_bit) | number - self.bias << self.lowest_bit

    def value(self, number: int) -> Any:
        """The value that software states for a number. Raises ``ValueError`` for a number out of range."""
        if not self.least <= number <= self.most:
            raise ValueError(f"{self.name} is {number}, allowed are {self.least} to {self.most}")
        return self.choices[number] if self.choices else bool(number) if self.flag else int(number)


def stated(
    default: Any,
    *,
    reason: int,
    meaning: str,
    bits: int = 1,
    least: int = 0,
    most: int = 1,
    bias: int = 0,
    choices: tuple[str, ...] = (),
) -> Any:
    """A dataclass field that is a field of the mode word. The parameters are those of :class:`Field`; ``choices`` also
    say the range, and are listed at the end of the meaning."""
    if choices:
        least, most = 0, len(choices) - 1
        meaning += ": " + ", ".join(f"{number} {name}" for number, name in enumerate(choices))
    return dataclasses.field(
        default=default,
        metadata=dict(
            reason=reason,
            meaning=meaning,
            bits=bits,
            least=least,
            most=most,
            bias=bias,
            choices=choices,
            default=default,
            flag=isinstance(default, bool),
        ),
    )


def fields_of(mode: type) -> tuple[Field, ...]:
    """The fields of the mode word that a dataclass states, lowest bits first."""
    found, lowest = [], 0
    for each in dataclasses.fields(mode):
        found.append(Field(name=each.name, lowest_bit=lowest, **each.metadata))
        lowest += found[-1].bits
    return tuple(found)


def _is_whole(value: Any) -> bool:
    """Whether a value is one whole number, of any type of number."""
    try:
        return bool(int(value) == value)
    except (TypeError, ValueError, OverflowError):
        return False
