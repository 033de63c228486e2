"""Term revealing by its definition: a sort of the terms, value by value."""

import numpy as np

from lowtide.golden import digits


def value_range(bits, signed):
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)


def reveal_by_sort(values, group, budget, encoding, bits, signed):
    """The definition: sort the terms by exponent descending, then index ascending, and keep the first."""
    result = []
    for start in range(0, len(values), group):
        members = values[start : start + group]
        planes = digits(np.array(members), encoding, bits=bits, signed=signed).tolist()
        terms = [(-e, j, d * 2**e) for j, plane in enumerate(planes) for e, d in enumerate(plane) if d]
        kept = [0] * len(members)
        for _, index, term in sorted(terms)[:budget]:
            kept[index] += term
        result += kept
    return result
