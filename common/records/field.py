"""A field of a word that software writes: everything about it, stated beside its default in a dataclass."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from numbers import Integral
from typing import Any

from ..ranges import operand_range
from ..shown import shown

__all__ = ["Field", "fields_of", "stated"]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a word.

    Parameters
    ----------
    name : str
        The same in software, hardware and documents.
    lowest_bit, bits : int
        Place and width in the word.
    signed : bool
        Whether the bits are two's complement.
    least, most : int
        The numbers that the field can state.
    choices : type of IntEnum, or None
        Names of the numbers, where they have names.
    group : str
        Fields of a record that belong together, for the documents.
    meaning : str
        One line for the documents.
    """

    name: str
    lowest_bit: int
    bits: int
    signed: bool
    least: int
    most: int
    choices: type[IntEnum] | None
    group: str
    meaning: str

    @property
    def end(self) -> int:
        """The bit behind the field."""
        return self.lowest_bit + self.bits

    def check(self, value: Any) -> int:
        """The number of a value. Raises ``ValueError``, one line, unless the field can state it."""
        whole = isinstance(value, Integral) and not isinstance(value, bool)  # NumPy's integers are, too
        if not whole or not self.least <= value <= self.most:
            names = f" ({', '.join(f'{each.value} {each.name}' for each in self.choices)})" if self.choices else ""
            raise ValueError(f"{self.name} is {shown(value)}, allowed are {self.least} to {self.most}{names}")
        return int(value)

    def holds(self, value: Any) -> bool:
        """Whether a value is one as :meth:`value` returns it: told at once, as lists have millions of fields."""
        return type(value) is int and self.choices is None and self.least <= value <= self.most

    def number_in(self, word: int) -> int:
        """The number that a word states, in range or not."""
        number = word >> self.lowest_bit & (1 << self.bits) - 1
        return number - (1 << self.bits) if self.signed and number >> self.bits - 1 else number

    def put(self, word: int, number: int) -> int:
        """A word with another number in this field, any that fits its bits."""
        mask = (1 << self.bits) - 1
        return word & ~(mask << self.lowest_bit) | (number & mask) << self.lowest_bit

    def value(self, number: int) -> int:
        """The value that software states for a number. Raises ``ValueError`` for one out of range."""
        return self.check(number) if self.choices is None else self.choices(self.check(number))


def stated(
    default: int | None,
    *,
    meaning: str,
    bits: int = 1,
    signed: bool = False,
    least: int | None = None,
    most: int | None = None,
    choices: type[IntEnum] | None = None,
    group: str = "",
    at: int | None = None,
) -> Any:
    """A dataclass field that is a field of a word.

    Parameters
    ----------
    default : int or None
        What it is where nothing else is said; None: it must be said.
    least, most : int, optional
        Where these are not all the numbers of its bits.
    at : int, optional
        Its lowest bit, where it does not follow the field before without a gap.
    bits, signed, choices, group, meaning
        As of :class:`Field`; ``choices`` also say the range.
    """
    low, high = operand_range(bits, signed)
    if choices is not None:
        low, high = min(choices), max(choices)
    return dataclasses.field(
        default=dataclasses.MISSING if default is None else default,
        metadata=dict(
            bits=bits,
            signed=signed,
            least=low if least is None else least,
            most=high if most is None else most,
            choices=choices,
            group=group,
            meaning=meaning,
            at=at,
        ),
    )


def fields_of(word: type, before: Sequence[Field] = ()) -> tuple[Field, ...]:
    """The fields that a dataclass states, lowest bits first.

    Parameters
    ----------
    word : type
        The dataclass.
    before : sequence of Field
        Fields that stand in the word below its own.

    Raises
    ------
    ValueError
        A range that does not fit the bits, or two fields in one place.
    """
    found = list(before)
    for each in dataclasses.fields(word):
        if not each.metadata or each.name in {field.name for field in before}:
            continue
        about = dict(each.metadata)
        end, place = found[-1].end if found else 0, about.pop("at")
        field = Field(name=each.name, lowest_bit=end if place is None else place, **about)
        low, high = operand_range(field.bits, field.signed)
        if not low <= field.least <= field.most <= high:
            raise ValueError(
                f"field {field.name} has values {field.least} to {field.most}, allowed in its {field.bits} bits "
                f"are {low} to {high}: widen the field"
            )
        if field.lowest_bit < end:
            raise ValueError(f"field {field.name} begins at bit {field.lowest_bit}, allowed are {end} and more")
        found.append(field)
    return tuple(found)
