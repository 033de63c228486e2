"""What moves values, value by value, of real numbers and of integers."""

import numpy as np
import pytest

from lowtide.golden.network.floating.graph import Node
from lowtide.golden.network.floating.operations import evaluate

RNG = np.random.default_rng(4)


def moved(op, x, **attributes):
    return evaluate(Node(name="m", op=op, inputs=("x",), attributes=attributes), [x])


def picture():
    size = RNG.integers(2, 5, 4)
    return RNG.integers(-99, 99, size).astype([np.int32, np.float32, np.float64][RNG.integers(3)])


def test_every_value_goes_where_it_should():
    for _ in range(30):
        x = picture()
        batch, height, width, channels = x.shape
        assert moved("flatten", x).tolist() == moved("reshape", x, shape=(height * width * channels,)).tolist()
        again = moved("reshape", x, shape=(channels, width * height))
        assert again.ravel().tolist() == x.ravel().tolist() and again.shape == (batch, channels, width * height)
        order = (0, *(1 + RNG.permutation(3)).tolist())
        swapped = moved("transpose", x, order=order)
        top, left, bottom, right = padding = tuple(RNG.integers(0, 3, 4).tolist())
        padded = moved("pad", x, padding=padding)
        down, across = factor = tuple(RNG.integers(1, 4, 2).tolist())
        larger = moved("upsample", x, factor=factor)
        for place in np.ndindex(*x.shape):
            n, i, j, c = place
            assert swapped[tuple(place[axis] for axis in order)] == x[place]
            assert padded[n, i + top, j + left, c] == x[place]
            assert (larger[n, i * down : (i + 1) * down, j * across : (j + 1) * across, c] == x[place]).all()
        assert padded.shape == (batch, height + top + bottom, width + left + right, channels)
        assert np.count_nonzero(padded) == np.count_nonzero(x)
        assert larger.shape == (batch, height * down, width * across, channels)
        for result in (again, swapped, padded, larger):
            assert result.dtype == x.dtype


def test_slices_take_every_step_th_value():
    for _ in range(30):
        x = picture()
        start = [int(RNG.integers(0, length)) for length in x.shape[1:]]
        stop = [int(RNG.integers(first, length)) + 1 for first, length in zip(start, x.shape[1:], strict=True)]
        step = RNG.integers(1, 4, 3).tolist()
        found = moved("slice", x, start=start, stop=stop, step=step)
        for place in np.ndindex(*found.shape):
            source = (place[0], *(a + i * s for a, i, s in zip(start, place[1:], step, strict=True)))
            assert found[place] == x[source]
        assert found.shape[1:] == tuple(len(range(*ends)) for ends in zip(start, stop, step, strict=True))


@pytest.mark.parametrize(
    ("op", "attributes", "message"),
    [
        ("reshape", {"shape": (5,)}, r"shape of m is \(5,\), allowed are 24 values"),
        ("transpose", {"order": (1, 0, 2, 3)}, r"order of m is \(1, 0, 2, 3\), allowed are the axes 0\.\.3, 0 first"),
        ("transpose", {"order": (0, 1, 2)}, "order of m is"),
        ("slice", {"start": (0, 0, 0), "stop": (1, 1, 1), "step": (1, 0, 1)}, "steps >= 1"),
        ("slice", {"start": (0,), "stop": (1,), "step": (1,)}, "allowed are 3 of each"),
        ("slice", {"start": (0, 2, 0), "stop": (1, 1, 1), "step": (1, 1, 1)}, "that leave a value"),
    ],
)
def test_what_does_not_fit_is_refused(op, attributes, message):
    with pytest.raises(ValueError, match=message):
        moved(op, np.zeros((1, 2, 3, 4)), **attributes)


@pytest.mark.parametrize(("op", "attributes"), [("pad", {"padding": (0, 0, 0, 1)}), ("upsample", {"factor": (1, 2)})])
def test_pictures_alone_are_padded_and_made_larger(op, attributes):
    with pytest.raises(ValueError, match=r"input of m has shape \(2, 3\), allowed is \[batch, height"):
        moved(op, np.zeros((2, 3)), **attributes)
