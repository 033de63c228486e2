"""The sum of products of limbs is the sum of products: completeness and the identity, for all operands."""

import numpy as np
import pytest

from formal import limb_sums
from hw.limb_routes import PAIRS, routed


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
    found = sum((a * b) << 2 * (i + j) for i, a in enumerate(limbs(x, x_bits, x_signed))
                for j, b in enumerate(limbs(w, w_bits, w_signed)))
    assert np.array_equal(found, value(x, x_bits, x_signed) * value(w, w_bits, w_signed))


def value(bits, width, is_signed):
    return bits - ((bits >> width - 1 & is_signed) << width)


def limbs(bits, width, is_signed):
    parts = [bits >> place & 3 for place in range(0, width, 2)]
    return parts[:-1] + [value(parts[-1], 2, is_signed)]
