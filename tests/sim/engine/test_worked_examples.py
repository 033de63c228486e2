"""The worked examples of the papers' arithmetic, on the hardware: numbers that were computed by hand."""

import functools

import numpy as np
import pytest

from lowtide.hw import Mode, find
from lowtide.sim import Model

from named_arrays import sized

GROUP = {"x": (3, 27, 10, 6), "w": (12, 5, -7, 31)}  # exact product 287


@functools.cache
def model(name):
    return Model(sized(name, 2, 2))


def dot(name, x, w, mode):
    return int(model(name).gemm(np.array([x]), np.array([w]).T, mode).y[0, 0])


@pytest.mark.parametrize(
    "x, w, x_bits, w_bits, x_signed, product",
    [(11, -6, 4, 4, False, -66), (200, -3, 8, 4, False, -600), (-77, 93, 8, 8, True, -7161)],
)
def test_products_of_limbs(x, w, x_bits, w_bits, x_signed, product):
    """Bit Fusion's limbs: 11 x -6 = 6 - 24 + 16 - 64, 200 x -3 = 8 - 32 + 192 - 768, -77 x 93."""
    mode = Mode(x_signed=x_signed, x_bits=x_bits, w_bits=w_bits)
    assert dot("fused_8x8_flex", [x], [w], mode) == product
    assert dot("bit_plane_8x8_flex", [x], [w], mode) == product
    if x_bits == w_bits:
        assert dot("subword_8x8_flex", [x], [w], mode) == product
    if x_bits == 8:
        assert dot("bit_serial_8x8_flex", [x], [w], mode) == product


def test_planes():
    """BISMO's planes: A signed, B unsigned, two bits each."""
    mode = Mode(x_signed=True, w_signed=False, x_bits=2, w_bits=2)
    for name in ("bit_plane_8x8_flex", "fused_8x8_flex", "subword_8x8_flex"):
        assert dot(name, [1, 0, -1, -2], [1, 3, 2, 0], mode) == -1


def test_agreements_of_signs():
    """2 popcount(xnor) - n over n = 1 to 130 values of ±1."""
    mode = Mode(x_bits=2, w_bits=2, x_format="binary", w_format="binary")
    rng = np.random.default_rng(1)
    for n in range(1, 131):
        x, w = rng.integers(2, size=(2, n))
        assert dot("bit_plane_8x8_flex", x, w, mode) == 2 * int((x == w).sum()) - n


@pytest.mark.parametrize(
    "name",
    [
        "parallel_8x8_flex",
        "term_8x8_flex",
        "term_pair_8x8_flex",
        "bit_serial_8x8_flex",
        "bit_plane_8x8_flex",
        "fused_8x8_flex",
    ],
)
def test_ternary_weights_add_subtract_or_skip(name):
    mode = next(mode for mode in find(name).modes() if mode.w_format == "ternary")
    assert dot(name, [7, 5, 3, 2], [1, 3, 0, 3], mode) == 7 - 5 - 2


@pytest.mark.parametrize("budget, data_terms, product", [(6, 2, 288), (8, 2, 292), (8, 0, 287)])
@pytest.mark.parametrize("name", ["term_pair_8x8_g8", "term_pair_8x8_g8_coefficients"])
def test_term_pairs(name, budget, data_terms, product):
    mode = Mode(hese=True, select=True, group=4, budget=budget, data_terms=data_terms)
    assert dot(name, GROUP["x"], GROUP["w"], mode) == product


@pytest.mark.parametrize(
    "budget, revealed",
    [(2, (16, 0, 0, 32)), (4, (12, 0, -8, 32)), (6, (12, 5, -8, 32)), (7, (12, 5, -7, 32)), (8, (12, 5, -7, 31))],
)
def test_a_revealed_group(budget, revealed):
    mode = Mode(hese=True, select=True, group=4, budget=budget)
    weights = np.array([GROUP["w"]]).T
    assert tuple(model("term_8x8_flex").gemm(np.eye(4, dtype=int), weights, mode).y[:, 0]) == revealed
