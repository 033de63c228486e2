"""Small pieces of combinational logic that several units share."""

from amaranth.hdl import Cat, Mux, Value

__all__ = ["balanced_sum", "count_ones", "multiplexer", "any_of"]


def balanced_sum(values):
    """The sum of one or more values as a balanced tree, wide enough to be exact."""
    values = list(values)
    while len(values) > 1:
        values = [a + b for a, b in zip(values[::2], values[1::2], strict=False)] + values[len(values) & ~1:]
    return values[0]


def count_ones(bits):
    """How many of the bits are set."""
    return balanced_sum([Value.cast(bit) for bit in bits])


def multiplexer(index, values):
    """``values[index]`` as a tree of two-way multiplexers; entries that do not exist read as the last one."""
    values = [Value.cast(value) for value in values]
    for bit in range(max(0, (len(values) - 1).bit_length())):
        pairs = [Mux(index[bit], b, a) for a, b in zip(values[::2], values[1::2], strict=False)]
        values = pairs + values[len(values) & ~1:]
    return values[0]


def any_of(words):
    """Bitwise or of one or more words, as a balanced tree."""
    words = list(words)
    while len(words) > 1:
        words = [a | b for a, b in zip(words[::2], words[1::2], strict=False)] + words[len(words) & ~1:]
    return Cat(words[0])
