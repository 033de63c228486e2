"""Where a list waits for the host, and what the host does then."""

from collections.abc import Sequence
from dataclasses import dataclass

from lowtide.common.records.record import Kind, Record

from ..cycles.list_times import ListTimes

__all__ = ["Wait", "waits"]


@dataclass(frozen=True, kw_only=True)
class Wait:
    """A WAIT of a list.

    Parameters
    ----------
    number : int
        Of the record.
    cycle : int
        In which all records before it have ended: those that the host takes are not counted.
    computes : str
        What the host does, for people.
    """

    number: int
    cycle: int
    computes: str


def waits(records: Sequence[Record], times: ListTimes, computes: Sequence[str] = ()) -> list[Wait]:
    """The WAITs of a list.

    Parameters
    ----------
    records : sequence of Record
    times : ListTimes
        Of the list.
    computes : sequence of str
        What the host does at each, as far as that is known.
    """
    numbers = [number for number, record in enumerate(records) if record.kind == Kind.WAIT]
    known = [*computes, *[""] * (len(numbers) - len(computes))]
    return [
        Wait(
            number=number,
            cycle=max((each.end for each in times.records if each.number < number), default=0),
            computes=text,
        )
        for number, text in zip(numbers, known, strict=True)
    ]
