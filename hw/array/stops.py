"""Stops of the wave: the lines of an array, rows or columns, that move on together.

A tile of PEs is one stop, each a cycle behind the one before. With s stops, line i is at stop ``i mod s``::

    8 columns, tiles of 2    stop 0: columns 0 and 4    stop 1: 1 and 5    stop 2: 2 and 6    stop 3: 3 and 7

so results of the first s columns are complete one after the other, in the cycles in which they leave, and only those of
the others have to wait.
"""

from amaranth.hdl import Cat, Value

__all__ = ["by_line", "by_stop"]


def by_stop(lines: Value, count: int, stops: int) -> Value:
    """A bundle in the order of stops.

    Parameters
    ----------
    lines : Value
        The words of all lines, line 0 lowest.
    count, stops : int
        Lines, and stops.

    Returns
    -------
    Value
        Words of the same lines: those of stop 0 lowest, at each stop its first line lowest.
    """
    return _ordered(lines, count, [line for stop in range(stops) for line in range(stop, count, stops)])


def by_line(words: Value, count: int, stops: int) -> Value:
    """The opposite of :func:`by_stop`: a bundle in the order of lines, of one in the order of stops."""
    return _ordered(words, count, [line % stops * (count // stops) + line // stops for line in range(count)])


def _ordered(words: Value, count: int, order: list[int]) -> Value:
    """Words of a bundle in another order."""
    if order == list(range(count)):
        return words
    return Cat(words.word_select(place, len(words) // count) for place in order)
