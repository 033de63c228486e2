"""Values that a number format takes, for tests that go through all formats."""

import numpy as np

from lowtide.golden.number_formats import FixedPoint


def takes_negative(format):
    base = getattr(format, "base", format)
    return not (isinstance(base, FixedPoint) and base.symmetric and not base.signed)


def sample(format, shape=(48, 5), seed=0):
    values = np.random.default_rng(seed).normal(0, 0.3, shape)
    return values if takes_negative(format) else np.abs(values)
