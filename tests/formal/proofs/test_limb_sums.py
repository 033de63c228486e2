"""The sum of products of limbs is the sum of products: completeness and the identity, for all operands."""

import numpy as np
import pytest

from lowtide.formal.proofs.arithmetic import limb_sums
from lowtide.hw.pe.fused.limb_routes import PAIRS, routed


@pytest.mark.parametrize("pair", PAIRS)
def test_bricks_do_each_product_of_limbs_once(pair):
    assert len(limb_sums.limb_products(pair)) == 16


def test_a_product_that_is_missing_is_noticed(monkeypatch):
    monkeypatch.setattr(limb_sums, "routed", lambda pair, side, brick: routed(pair, side, min(brick, 14)))
    with pytest.raises(ValueError, match="bricks of 4 x 2 bits are not all products of limbs, each once"):
        limb_sums.limb_products((4, 2))


@pytest.mark.parametrize("x_signed", [False, True])
@pytest.mark.parametrize("w_signed", [False, True])
@pytest.mark.parametrize("x_bits, w_bits", PAIRS)
def test_limbs_multiply_to_the_product(x_bits, w_bits, x_signed, w_signed):
    x, w = np.arange(1 << x_bits)[:, None], np.arange(1 << w_bits)[None, :]
    found = sum(
        (a * b) << 2 * (i + j)
        for i, a in enumerate(limbs(x, x_bits, x_signed))
        for j, b in enumerate(limbs(w, w_bits, w_signed))
    )
    assert np.array_equal(found, value(x, x_bits, x_signed) * value(w, w_bits, w_signed))


def value(bits, width, is_signed):
    return bits - ((bits >> width - 1 & is_signed) << width)


def limbs(bits, width, is_signed):
    parts = [bits >> place & 3 for place in range(0, width, 2)]
    return parts[:-1] + [value(parts[-1], 2, is_signed)]


@pytest.mark.parametrize("x_signed, w_signed", [(False, False), (False, True), (True, False), (True, True)])
def test_halves_multiply_to_the_product(x_signed, w_signed):
    """The rounds of 16-bit operands: the sum over the halves, the lower ones unsigned. At random and at the corners."""
    rng = np.random.default_rng(3)
    corners = [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF]
    x, w = (np.concatenate([corners, rng.integers(1 << 16, size=500)]) for _ in range(2))
    x, w = x[:, None], w[None, :]
    found = sum(
        (a * b) << 8 * (i + j) for i, a in enumerate(halves(x, x_signed)) for j, b in enumerate(halves(w, w_signed))
    )
    assert np.array_equal(found, value(x, 16, x_signed) * value(w, 16, w_signed))


def halves(bits, is_signed):
    return [bits & 255, value(bits >> 8, 8, is_signed)]
