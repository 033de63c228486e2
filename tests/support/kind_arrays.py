"""An array of each kind as golden takes it, and what it accepts."""

from dataclasses import replace

import pytest

from lowtide.golden import (
    Array,
    Mode,
)
from lowtide.golden.gemm import check

SIZES = {"rows": 2, "cols": 3, "x_width": 16, "w_width": 16}
PARALLEL = Array(kind="parallel", **SIZES, lanes=4)
TERM = Array(kind="term", **SIZES, lanes=2, group=8)
PAIR = Array(kind="term_pair", **SIZES, group=8)
COEFFICIENTS = replace(PAIR, accumulation="coefficients", coefficient_width=12)
SERIAL = Array(kind="bit_serial", **SIZES, lanes=4)
BOOTH = replace(SERIAL, digits="booth")
PLANE = Array(kind="bit_plane", **SIZES, lanes=64)
FUSED = Array(kind="fused", **SIZES)
SUBWORD = Array(kind="subword", **SIZES | {"x_width": 8, "w_width": 8})
TR = Mode(hese=True, select=True, group=8, budget=12, data_terms=3)


def accepts(mode, array):
    try:
        check(mode, array)
    except ValueError as error:
        assert str(error).count("\n") == 0 and ("mode." in str(error) or "array." in str(error))
        return False
    return True


def refusal(mode, array):
    with pytest.raises(ValueError) as error:
        check(mode, array)
    return str(error.value)
