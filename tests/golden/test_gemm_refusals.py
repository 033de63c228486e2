"""What a product refuses: modes, arrays and operands, each in one line that names it."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    KINDS,
    WEIGHT_FORMATS,
    Array,
    Mode,
    gemm,
    job_cycles,
    largest_k,
    sequence_cycles,
    wrap,
)
from lowtide.golden.gemm import check

WIDE = {"x_width": 16, "w_width": 16}
PARALLEL = Array(kind="parallel", rows=4, cols=4, lanes=2, **WIDE)
TERM = Array(kind="term", rows=4, cols=4, lanes=2, group=32, **WIDE)
PAIR = Array(kind="term_pair", rows=4, cols=4, group=32, **WIDE)
REVEALED = Mode(hese=True, select=True, group=8, budget=12)


@pytest.mark.parametrize(
    "array, mode, message",
    [
        (replace(PARALLEL, kind="fast"), Mode(), f"array.kind is 'fast', allowed are {', '.join(KINDS)}"),
        (replace(PARALLEL, rows=0), Mode(), "array.rows is 0, allowed are integers >= 1"),
        (replace(PARALLEL, cols=-1), Mode(), "array.cols is -1, allowed are integers >= 1"),
        (replace(PARALLEL, lanes=1.5), Mode(), "array.lanes is 1.5, allowed are integers >= 1"),
        (replace(PARALLEL, acc_width=65), Mode(), "array.acc_width is 65, allowed are integers 2..64"),
        (replace(TERM, group=64), Mode(), "array.group is 64, allowed are integers 1..32"),
        (PARALLEL, Mode(x_bits=1), "mode.x_bits is 1, allowed are integers 2..16"),
        (PARALLEL, Mode(w_bits=17), "mode.w_bits is 17, allowed are integers 1..16"),
        (PARALLEL, Mode(x_bits=0), "mode.x_bits is 0, allowed are integers 1..16"),
        (TERM, Mode(w_bits=1), "mode.w_bits is 1, allowed are integers 2..16"),
        (
            PARALLEL,
            Mode(w_format="log"),
            f"mode.w_format is 'log', allowed are {', '.join(WEIGHT_FORMATS)}",
        ),
        (PARALLEL, Mode(x_format="ternary"), "mode.x_format is 'ternary', allowed are plain, binary"),
        (PARALLEL, Mode(codebook=2), "mode.codebook is 2, allowed are integers 0..1"),
        (PARALLEL, Mode(hese=True), "mode.hese is True, allowed on a parallel array is False only"),
        (PARALLEL, Mode(select=True), "mode.select is True, allowed on a parallel array is False only"),
        (PARALLEL, Mode(data_terms=2), "mode.data_terms is 2, allowed on a parallel array is 0 only"),
        (PARALLEL, Mode(group=2), "mode.group is 2, allowed on a parallel array is 1 only"),
        (PARALLEL, Mode(budget=2), "mode.budget is 2, allowed on a parallel array is 1 only"),
        (replace(TERM, group=4), REVEALED, "mode.group is 8, allowed are integers 1..4"),
        (TERM, replace(REVEALED, group=0), "mode.group is 0, allowed are integers 1..32"),
        (TERM, replace(REVEALED, budget=0), "mode.budget is 0, allowed are integers >= 1"),
        (PAIR, replace(REVEALED, data_terms=-1), "mode.data_terms is -1, allowed are integers 0..16"),
        (TERM, replace(REVEALED, data_terms=2), "mode.data_terms is 2, allowed on a term array is 0 only"),
        (replace(TERM, budget=11), REVEALED, "mode.budget is 12, allowed are integers 1..11"),
        (replace(TERM, encodings=("binary",)), REVEALED, "mode.hese is True, allowed are False"),
        (replace(PARALLEL, w_width=8), Mode(w_bits=9), "mode.w_bits is 9, allowed are integers 1..8"),
        (replace(TERM, x_width=4), REVEALED, "mode.x_bits is 8, allowed are integers 1..4"),
        (replace(PARALLEL, x_width=17), Mode(), "array.x_width is 17, allowed are integers 2..16"),
        (replace(PARALLEL, w_types=("unsigned",)), Mode(), "mode.w_signed is True, allowed are False"),
        (PARALLEL, Mode(x_signed=2), "mode.x_signed is 2, allowed are False, True"),
        (PARALLEL, Mode(x_format="binary"), "mode.x_format is 'binary', allowed on this parallel array are plain"),
        (
            replace(PARALLEL, w_formats=("plain", "log4")),
            Mode(w_format="ternary"),
            "mode.w_format is 'ternary', allowed on this parallel array are plain, log4",
        ),
        (replace(PARALLEL, w_formats=("plain",)), Mode(codebook=1), "mode.codebook is 1, allowed are integers 0..0"),
        (
            TERM,
            Mode(hese=True, group=8, budget=31),
            "mode.budget is 31, allowed without selection are integers >= 32 (every hese term of a group of 8)",
        ),
        (
            TERM,
            Mode(group=2, budget=13),
            "mode.budget is 13, allowed without selection are integers >= 14 (every binary term of a group of 2)",
        ),
    ],
)
def test_illegal_modes_and_arrays_are_refused(array, mode, message):
    calls = (
        lambda: check(mode, array),
        lambda: gemm([[1]], [[1]], mode, array),
        lambda: largest_k(mode, array),
        lambda: job_cycles(4, mode, array),
    )
    for call in calls:
        with pytest.raises(ValueError) as error:
            call()
        assert str(error.value) == message


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: gemm([[1.0]], [[1]], Mode(), PARALLEL), "x has dtype float64, allowed are integer dtypes"),
        (lambda: gemm([[1]], [[1.0]], Mode(), PARALLEL), "w has dtype float64, allowed are integer dtypes"),
        (lambda: gemm([[128]], [[1]], Mode(), PARALLEL), "x has values from 128 to 128 out of range"),
        (lambda: gemm([[1]], [[-129]], Mode(), PARALLEL), "w has values from -129 to -129 out of range"),
        (lambda: gemm([[1]], [[200]], REVEALED, TERM), "w has values from 200 to 200 out of range"),
        (lambda: gemm([[1, 2]], [[1]], Mode(), PARALLEL), "x, w have shapes (1, 2), (1, 1), allowed are"),
        (lambda: gemm([1, 2], [[1], [2]], Mode(), PARALLEL), "x, w have shapes (2,), (2, 1), allowed are"),
        (lambda: gemm(np.ones((0, 2), int), [[1], [2]], Mode(), PARALLEL), "x, w have shapes (0, 2), (2, 1)"),
        (
            lambda: gemm(np.ones((2, 0), int), np.ones((0, 2), int), Mode(), PARALLEL),
            "x, w have shapes (2, 0), (0, 2)",
        ),
        (lambda: job_cycles(0, Mode(), PARALLEL), "k is 0, allowed are integers >= 1"),
        (lambda: sequence_cycles([3, 0], PARALLEL), "jobs[1] is 0, allowed are integers >= 1"),
        (lambda: wrap([1.0], 8), "values has dtype float64, allowed are integer dtypes"),
        (lambda: wrap([1], 0), "acc_width is 0, allowed are integers 1..64"),
    ],
)
def test_bad_operands_are_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
