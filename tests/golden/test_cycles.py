"""Cycles of jobs and of their sequences against hand counts."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.golden import (
    Array,
    Mode,
    gemm,
    job_cycles,
    sequence_cycles,
)

WIDE = {"x_width": 16, "w_width": 16}
PARALLEL = Array(kind="parallel", rows=4, cols=4, lanes=2, **WIDE)
TERM = Array(kind="term", rows=4, cols=4, lanes=2, group=32, **WIDE)
REVEALED = Mode(hese=True, select=True, group=8, budget=12)


@pytest.mark.parametrize(
    "k, lanes, mode, kind, cycles",
    [
        (1, 1, Mode(), "parallel", 1),
        (16, 4, Mode(), "parallel", 4),
        (17, 4, Mode(), "parallel", 5),
        (16, 1, REVEALED, "term", 24),
        (16, 4, REVEALED, "term", 6),
        (17, 4, REVEALED, "term", 9),
        (17, 5, REVEALED, "term", 9),
        (8, 16, REVEALED, "term", 1),
        (7, 2, Mode(hese=True, group=1, budget=4), "term", 14),
    ],
)
def test_a_job_takes_its_beats(k, lanes, mode, kind, cycles):
    array = Array(kind=kind, rows=2, cols=2, lanes=lanes, group=8)
    assert job_cycles(k, mode, array) == cycles


@pytest.mark.parametrize(
    "rows, cols, jobs, buffered, unbuffered",
    [
        (4, 4, [], 0, 0),
        (4, 4, [7], 7, 7),
        (4, 4, [7, 9, 5], 7 + 9 + 5, 7 + (3 + 9) + (3 + 5)),
        (4, 4, [1, 1, 1], 1 + 4 + 4, 1 + 4 + 4),
        (2, 8, [3, 3, 10], 3 + 8 + 10, 3 + 8 + 11),
        (1, 1, [1, 1, 1], 3, 3),
        (8, 2, [1, 1], 1 + 2, 1 + 8),
    ],
)
def test_jobs_follow_each_other(rows, cols, jobs, buffered, unbuffered):
    array = Array(kind="parallel", rows=rows, cols=cols, lanes=1)
    assert sequence_cycles(jobs, array) == buffered
    assert sequence_cycles(iter(jobs), replace(array, result_buffer=False)) == unbuffered


@pytest.mark.parametrize(
    "tile_rows, tile_cols, jobs, unbuffered",
    [
        (2, 1, [7, 9, 5], 7 + (1 + 9) + (1 + 5)),  # 2 rows of tiles
        (1, 2, [7, 9], 7 + (3 + 2 + 9)),  # the second column of a tile waits for 2 others
        (4, 4, [7, 9], 7 + (0 + 3 + 9)),  # one tile: its columns leave one by one
        (2, 2, [1, 1], 1 + 4),
    ],
)
def test_sums_of_tiles_wait_for_their_columns(tile_rows, tile_cols, jobs, unbuffered):
    array = Array(kind="parallel", rows=4, cols=4, tile_rows=tile_rows, tile_cols=tile_cols)
    assert sequence_cycles(jobs, array) == sequence_cycles(jobs, replace(array, tile_rows=1, tile_cols=1))
    assert sequence_cycles(jobs, replace(array, result_buffer=False)) == unbuffered


def test_gemm_runs_one_job_per_tile():
    x, w = np.ones((9, 10), int), np.ones((10, 5), int)  # 3 x 2 tiles of 4 x 4
    assert gemm(x, w, Mode(), PARALLEL).cycles == 6 * 5
    assert gemm(x, w, Mode(), replace(PARALLEL, result_buffer=False)).cycles == 5 + 5 * (3 + 5)
    assert gemm(x, w, Mode(), replace(PARALLEL, lanes=16)).cycles == 1 + 5 * 4
    assert gemm(x, w, REVEALED, TERM).cycles == 6 * (2 * 6)
    assert gemm(x[:4], w[:, :4], Mode(), PARALLEL).cycles == 5
