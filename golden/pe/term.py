"""The term PE: weights as signed powers of two, multiplied by shift and add.

``acc += sum over the terms ±2^e of w'[j] of ±(x[j] << e)`` for the group of values held during a beat.
``lanes`` weight terms are added per cycle, so a group with the budget of ``k`` terms takes ``ceil(k /
lanes)`` cycles whatever the data. With mode.select the weights are term-revealed: per group of mode.group
values along K the mode.budget highest terms. Without it every term is kept, and the budget must have room
for all terms that a group can have.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389; term pairs per multiplication ``k s / g``.
"""

from golden.reveal import reveal, revealed_range
from golden.terms import check_integer, check_range, max_terms, value_range


def encoding(mode):
    """The term encoding of both operands: hese if mode.hese, else binary."""
    return "hese" if mode.hese else "binary"


def check(mode, array):
    """ValueError unless group, budget and data terms fit the array, and nothing is lost without selection."""
    check_integer("mode.group", mode.group, 1, array.group)
    check_integer("mode.budget", mode.budget, 1)
    check_integer("mode.data_terms", mode.data_terms, 0)
    most = mode.group * max_terms(encoding(mode), mode.w_bits, mode.w_signed)
    if not mode.select and mode.budget < most:
        raise ValueError(
            f"mode.budget is {mode.budget}, allowed without selection are integers >= {most} "
            f"(every {encoding(mode)} term of a group of {mode.group})"
        )


def values_per_beat(mode, array):
    """One group of values."""
    return mode.group


def cycles_per_beat(mode, array):
    """ceil(budget / lanes)."""
    return -(-mode.budget // array.lanes)


def weights(w, mode):
    """The weights that are multiplied: ``w`` revealed along its first axis (K) if mode.select, else ``w``.

    w: integers [K, ...] of mode.w_bits bits. Returns integers of the same shape. ValueError if out of range.
    """
    w = check_range("w", w, mode.w_bits, mode.w_signed)
    if not mode.select:
        return w
    return reveal(
        w,
        group=mode.group,
        budget=mode.budget,
        encoding=encoding(mode),
        bits=mode.w_bits,
        signed=mode.w_signed,
        axis=0,
    )


def weight_range(mode):
    """The range of a weight after selection: revealing HESE terms can pass the largest value by one."""
    if not mode.select:
        return value_range(mode.w_bits, mode.w_signed)
    return revealed_range(
        group=mode.group, budget=mode.budget, encoding=encoding(mode), bits=mode.w_bits, signed=mode.w_signed
    )


def term_pair_bound(mode, array):
    """budget * s / group per multiplication; s is data_terms, or all terms that a value of X can have."""
    data_terms = mode.data_terms or max_terms(encoding(mode), mode.x_bits, mode.x_signed)
    return mode.budget * data_terms / mode.group
