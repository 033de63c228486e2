"""What every evaluation measures: a network whose weights have some format, rounded in some way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lowtide.golden.number_formats import Format, TermRevealed

__all__ = ["QuantisedPoint", "points"]

Point = TypeVar("Point", bound="QuantisedPoint")


@dataclass(frozen=True, kw_only=True)
class QuantisedPoint:
    """What a row is of; a derived class says on what data.

    Parameters
    ----------
    task : str
        Name of the network.
    word : str
        What the table calls the format.
    weights : Format or None
        Of weights, None for the float network.
    selection : str or None
        How compensation chooses terms, None rounds plainly.
    x_bits, data_terms : int
        Of data; 0 terms are all.
    """

    task: str
    word: str
    weights: Format | None
    selection: str | None
    x_bits: int
    data_terms: int


def points(
    make: Callable[..., Point],
    words: Mapping[str, Format | None],
    *,
    x_bits: int = 8,
    data_terms: int = 0,
    selections: Sequence[str | None] = (None,),
) -> list[Point]:
    """What is measured: the float network first, then each format rounded in each way. Only term revealing has
    terms to be chosen by their size.

    Parameters
    ----------
    make
        A point of the fields of a `QuantisedPoint`.
    words : mapping of str to Format or None
        Formats of weights by what the table calls them.
    x_bits, data_terms : int
        Of data; 0 terms are all.
    selections : sequence of str or None
        How compensation chooses terms, None rounds plainly.

    Returns
    -------
    list of points
        In the order of the table.
    """
    chosen: list[tuple[str, Format | None, str | None]] = [("float", None, None)] + [
        (word, format, selection)
        for word, format in words.items()
        if format is not None
        for selection in selections
        if selection != "largest terms" or isinstance(format, TermRevealed)
    ]
    return [
        make(word=word, weights=format, selection=selection, x_bits=x_bits, data_terms=data_terms)
        for word, format, selection in chosen
    ]
