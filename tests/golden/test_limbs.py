"""Bit planes and limbs: worked examples, and every pair of operands where there are few enough."""

import numpy as np
import pytest

from lowtide.golden import binary_dot, limb_products, limbs, plane_sums, plane_weights, planes, ternary_dot

FORMATS = [(bits, signed) for bits in range(1, 9) for signed in (True, False)]
WIDE = [(16, True), (16, False), (13, True)]


def every(bits, signed):
    return np.arange(-(1 << bits - 1), 1 << bits - 1) if signed else np.arange(1 << bits)


@pytest.mark.parametrize("bits, signed", FORMATS + WIDE)
def test_planes_add_up_to_the_value(bits, signed):
    bit = planes(every(bits, signed), bits=bits, signed=signed)
    assert bit.dtype == np.int8 and bit.shape == (1 << bits, bits) and set(np.unique(bit)) <= {0, 1}
    assert (bit @ plane_weights(bits, signed) == every(bits, signed)).all()


@pytest.mark.parametrize("bits, signed", FORMATS + WIDE)
def test_limbs_add_up_to_the_value_and_only_the_top_one_has_a_sign(bits, signed):
    limb = limbs(every(bits, signed), bits=bits, signed=signed)
    assert limb.dtype == np.int8 and limb.shape == (1 << bits, -(-bits // 2))
    assert (limb.astype(np.int64) @ 4 ** np.arange(limb.shape[1]) == every(bits, signed)).all()
    assert limb[:, :-1].size == 0 or (limb[:, :-1].min() >= 0 and limb[:, :-1].max() <= 3)
    assert limb[:, -1].min() >= (-2 if signed else 0) and limb[:, -1].max() <= (1 if signed else 3)


@pytest.mark.parametrize(
    "x, x_bits, x_signed, w, w_bits, products",
    [
        (11, 4, False, -6, 4, [6, -24, 16, -64]),
        (200, 8, False, -3, 4, [8, -32, 192, -768]),
    ],
)
def test_worked_limb_products(x, x_bits, x_signed, w, w_bits, products):
    found = limb_products(x, w, x_bits=x_bits, x_signed=x_signed, w_bits=w_bits)
    flat = found.ravel().tolist()
    assert [product for product in flat if product] == products
    assert found.sum() == x * w


def test_worked_product_of_eight_bit_limbs():
    found = limb_products(-77, 93)
    assert found.shape == (4, 4) and found.sum() == -7161


@pytest.mark.parametrize("x_signed", [True, False])
@pytest.mark.parametrize("w_signed", [True, False])
@pytest.mark.parametrize("x_bits, w_bits", [(1, 1), (2, 2), (1, 4), (3, 5), (4, 2), (8, 4), (2, 8), (8, 8)])
def test_limbs_and_planes_multiply_every_pair(x_bits, w_bits, x_signed, w_signed):
    form = {"x_bits": x_bits, "w_bits": w_bits, "x_signed": x_signed, "w_signed": w_signed}
    x, w = every(x_bits, x_signed)[:, None], every(w_bits, w_signed)
    assert (limb_products(x, w, **form).sum(axis=(-2, -1)) == x * w).all()
    assert (plane_sums(x[..., None], w[:, None], **form).sum(axis=(-2, -1)) == x * w).all()


def test_sixteen_bit_operands_at_random():
    rng = np.random.default_rng(16)
    x, w = rng.integers(-(1 << 15), 1 << 15, 200), rng.integers(0, 1 << 16, 200)
    form = {"x_bits": 16, "w_bits": 16, "w_signed": False}
    assert (limb_products(x, w, **form).sum(axis=(-2, -1)) == x * w).all()
    assert plane_sums(x, w, **form).sum() == x @ w


def test_worked_plane_sums():
    """BISMO: A = (1, 0, -1, -2) signed, B = (1, 3, 2, 0) unsigned, two bits each."""
    sums = plane_sums([1, 0, -1, -2], [1, 3, 2, 0], x_bits=2, w_bits=2, w_signed=False)
    assert sums.tolist() == [[1, 2], [0, -4]]
    assert sums.sum() == -1


def test_signs_of_plane_sums():
    """Negative where exactly one plane is the sign plane of a signed operand."""
    ones = [-1], [-1]
    assert np.sign(plane_sums(*ones, x_bits=2, w_bits=2)).tolist() == [[1, -1], [-1, 1]]


@pytest.mark.parametrize("n", range(1, 5))
def test_binary_dot_products_of_every_vector(n):
    vectors = np.arange(1 << n)[:, None] >> np.arange(n) & 1
    x, w = vectors[:, None], vectors[None]
    assert (binary_dot(x, w) == ((2 * x - 1) * (2 * w - 1)).sum(axis=-1)).all()


@pytest.mark.parametrize("n", range(1, 4))
def test_ternary_dot_products_of_every_vector(n):
    bits = np.arange(1 << n)[:, None] >> np.arange(n) & 1
    codes = np.array([0, 1, 3])[np.arange(3**n)[:, None] // 3 ** np.arange(n) % 3]
    weights = np.array([0, 1, 9, -1])[codes]
    assert (ternary_dot(bits[:, None], codes[None]) == (bits[:, None] * weights).sum(axis=-1)).all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: planes([2], bits=2), "values has values from 2 to 2 out of range"),
        (lambda: planes([2], bits=17), "bits is 17, allowed are integers 1..16"),
        (lambda: limbs([1.0]), "values has dtype float64, allowed are integer dtypes"),
        (lambda: binary_dot([2], [1]), "x has values from 2 to 2 out of range, allowed are 0..1"),
        (lambda: ternary_dot([1], [2]), "w has the code 2, allowed with format 'ternary' are 0, 1, 3"),
        (lambda: ternary_dot([-1], [1]), "x has values from -1 to -1 out of range, allowed are 0..1"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
