"""Convolution by Toeplitz products and tap by tap against the sum of its definition."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.golden.network import Geometry, Graph, Node, toeplitz
from lowtide.golden.network.floating.convolution import convolve, depthwise, pad
from lowtide.golden.network.floating.pooling import average_pool, max_pool, pool_counts, pool_sums

PROPERTY = settings(derandomize=True, database=None, deadline=None, max_examples=150)
pair = partial(st.tuples, *[st.integers(1, 3)] * 2)
GEOMETRIES = st.builds(
    Geometry,
    size=pair(),
    stride=pair(),
    dilation=pair(),
    groups=st.integers(1, 4),
    padding=st.tuples(*[st.integers(0, 3)] * 4),
)


def direct(x, weight, geometry):
    """y[b, i, j, n]: the products of the window one after the other, places outside of the picture left out."""
    (sy, sx), (dy, dx), (top, left, bottom, right) = geometry.stride, geometry.dilation, geometry.padding
    batch, height, width, _ = x.shape
    size_y, size_x, deep, outputs = weight.shape
    rows = (height + top + bottom - (size_y - 1) * dy - 1) // sy + 1
    columns = (width + left + right - (size_x - 1) * dx - 1) // sx + 1
    y = np.zeros((batch, rows, columns, outputs), x.dtype)
    for i, j, n in np.ndindex(rows, columns, outputs):
        first = n // (outputs // geometry.groups) * deep
        for u, v, c in np.ndindex(size_y, size_x, deep):
            row, column = i * sy + u * dy - top, j * sx + v * dx - left
            if 0 <= row < height and 0 <= column < width:
                y[:, i, j, n] += x[:, row, column, first + c] * weight[u, v, c, n]
    return y


def fits(geometry, height, width):
    top, left, bottom, right = geometry.padding
    return all(
        size + padding >= (taps - 1) * dilation + 1
        for size, padding, taps, dilation in zip(
            (height, width), (top + bottom, left + right), geometry.size, geometry.dilation, strict=True
        )
    )


@PROPERTY
@given(GEOMETRIES, st.tuples(*[st.integers(1, 6)] * 2), st.integers(1, 3), st.integers(1, 3), st.integers(0, 99))
def test_convolution_is_its_definition(geometry, size, deep, wide, seed):
    if not fits(geometry, *size):
        with pytest.raises(ValueError, match="padded picture is"):
            geometry.output_size(*size)
        return
    rng = np.random.default_rng(seed)
    groups = geometry.groups
    x = rng.integers(-50, 50, (2, *size, deep * groups))
    weight = rng.integers(-50, 50, (*geometry.size, deep, wide * groups))
    flat = weight.reshape(-1, wide * groups)
    found = convolve(x, geometry, wide * groups, lambda rows, group: rows @ flat[:, group * wide : (group + 1) * wide])
    assert found.tolist() == direct(x, weight, geometry).tolist()
    attributes = {name: getattr(geometry, name) for name in ("stride", "padding", "dilation", "groups")}
    node = Node(name="c", op="conv", inputs=("input",), weight=weight.astype(float), attributes=attributes)
    run = Graph((node,), (*size, deep * groups)).run(x)
    assert run.dtype == np.float64 and run.tolist() == found.tolist()


@PROPERTY
@given(GEOMETRIES, st.tuples(*[st.integers(1, 6)] * 2), st.integers(0, 99))
def test_depthwise_convolution_is_its_definition(geometry, size, seed):
    if not fits(geometry, *size):
        return
    rng = np.random.default_rng(seed)
    x, weight = (
        rng.integers(-50, 50, shape) for shape in ((2, *size, geometry.groups), (*geometry.size, 1, geometry.groups))
    )
    assert depthwise(x, weight, geometry).tolist() == direct(x, weight, geometry).tolist()


def test_depthwise_convolution_by_blocks_of_rows_has_no_seams():
    """A picture that is larger than the block worked on at a time."""
    rng = np.random.default_rng(1)
    geometry = Geometry(size=(3, 5), stride=(2, 1), padding=(1, 2, 0, 1), dilation=(2, 1), groups=40)
    x, weight = rng.integers(-9, 9, (2, 70, 45, 40)), rng.integers(-9, 9, (3, 5, 1, 40))
    flat = weight.reshape(15, 40)
    by_groups = convolve(x, geometry, 40, lambda rows, group: rows @ flat[:, group : group + 1])
    assert np.array_equal(depthwise(x, weight, geometry), by_groups)


def test_toeplitz_of_a_worked_example():
    """3x3 picture of 1..9, windows 2x2, a column of padding to the left, filled with -1."""
    x = np.arange(1, 10).reshape(1, 3, 3, 1)
    geometry = Geometry(size=(2, 2), stride=(1, 2), padding=(0, 1, 0, 0))
    assert toeplitz(x, geometry, fill=-1).tolist() == [[-1, 1, -1, 4], [2, 3, 5, 6], [-1, 4, -1, 7], [5, 6, 8, 9]]


def test_channels_of_a_tap_lie_together():
    x = np.arange(8).reshape(1, 1, 4, 2)
    assert toeplitz(x, Geometry(size=(1, 2), stride=(1, 2))).tolist() == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_pointwise_toeplitz_matrix_is_a_view():
    x = np.zeros((2, 3, 4, 5), np.int8)
    assert np.shares_memory(toeplitz(x, Geometry(size=(1, 1))), x)
    assert pad(x, (0, 0, 0, 0)) is x


@PROPERTY
@given(st.tuples(*[st.integers(1, 6)] * 2), GEOMETRIES, st.integers(0, 99))
def test_pools_see_the_picture_only(size, geometry, seed):
    geometry = Geometry(size=geometry.size, stride=geometry.stride, padding=geometry.padding)
    if not fits(geometry, *size):
        return
    x = np.random.default_rng(seed).integers(-99, 99, (2, *size, 3))
    (sy, sx), (top, left, *_) = geometry.stride, geometry.padding
    out = geometry.output_size(*size)
    windows = {}
    for i, j in np.ndindex(*out):
        first, from_left = i * sy - top, j * sx - left
        windows[i, j] = x[
            :,
            max(0, first) : max(0, first + geometry.size[0]),
            max(0, from_left) : max(0, from_left + geometry.size[1]),
        ]
    if any(window.shape[1] * window.shape[2] == 0 for window in windows.values()):
        for pool in (max_pool, average_pool):
            with pytest.raises(ValueError, match="padding is"):
                pool(x.astype(float), geometry)
        return
    counts = pool_counts(size, geometry)
    for (i, j), window in windows.items():
        assert counts[i, j] == window.shape[1] * window.shape[2]
        for kind in (int, np.float32):
            assert max_pool(x.astype(kind), geometry)[:, i, j].tolist() == window.max(axis=(1, 2)).tolist()
        assert pool_sums(x, geometry)[:, i, j].tolist() == window.sum(axis=(1, 2)).tolist()
        assert np.allclose(average_pool(x.astype(float), geometry)[:, i, j], window.mean(axis=(1, 2)), rtol=1e-14)


def test_bad_geometry_is_named():
    for fields, line in (
        (dict(size=(0, 1)), "size is 0, allowed are integers >= 1"),
        (dict(size=3), "size is 3, allowed are 2 integers >= 1"),
        (dict(size=(1, 1), stride=(1, 0)), "stride is 0"),
        (dict(size=(1, 1), padding=(0, 0)), "padding is"),
        (dict(size=(1, 1), padding=(0, 0, 0, -1)), "padding is -1"),
        (dict(size=(1, 1), dilation=(1.0, 1)), "dilation is 1.0"),
        (dict(size=(1, 1), groups=0), "groups is 0"),
    ):
        with pytest.raises(ValueError, match=line):
            Geometry(**fields)
    with pytest.raises(ValueError, match="multiples of groups = 2"):
        convolve(np.zeros((1, 2, 2, 3)), Geometry(size=(1, 1), groups=2), 4, None)
    for function in (toeplitz, partial(depthwise, np.zeros((1, 1, 1, 2)))):
        with pytest.raises((ValueError, TypeError)):
            function(np.zeros((2, 3)), Geometry(size=(1, 1)))
