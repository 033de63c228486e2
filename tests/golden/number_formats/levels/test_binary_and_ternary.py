"""Binary and ternary weights by worked examples, the papers' optima, and the existing encoders."""

import numpy as np
import pytest

from lowtide.golden import Array, Mode, gemm
from lowtide.golden.number_formats import (
    BinaryConnect,
    BinaryNetwork,
    BinaryWeights,
    FineGrainedTernary,
    TernaryWeights,
    TrainedTernary,
    XnorNet,
    bnn_data,
    xnor_data,
)
from lowtide.golden.storage_formats import BINARY, TERNARY

WEIGHTS = np.random.default_rng(1).normal(0, [0.1, 1.0, 3.0], (40, 3))


def test_binary_weights_are_those_of_the_encoder():
    stored, quantiser = BINARY.encode(WEIGHTS), BinaryWeights().fit(WEIGHTS)
    assert quantiser.scale == pytest.approx(stored.scale)
    assert np.array_equal(quantiser.encode(WEIGHTS), stored.codes)
    assert np.allclose(BinaryWeights().fit(WEIGHTS, axis=0).scale, np.abs(WEIGHTS).mean(axis=0))


def test_the_mean_magnitude_loses_least_of_all_scales():
    """XNOR-Net, section 3.1: the optimum of |W - a sign(W)|^2."""
    scale = BinaryWeights().fit(WEIGHTS).scale
    lost = [np.square(factor * scale * np.sign(WEIGHTS) - WEIGHTS).sum() for factor in (0.99, 1, 1.01)]
    assert lost[1] == min(lost)
    assert np.square(BinaryWeights().round(WEIGHTS) - WEIGHTS).sum() == pytest.approx(lost[1])


def test_worked_signs():
    assert BinaryConnect().round([0.0, -0.0, 1e-9, -1e-9, 7.0]).tolist() == [1, 1, 1, -1, 1]
    assert BinaryConnect(scale=0.25).round([-3.0, 3.0]).tolist() == [-0.25, 0.25]
    assert BinaryNetwork().round([-3.0, 3.0]).tolist() == [-1, 1]
    assert BinaryWeights().round([1.0, -2.0, 3.0]).tolist() == [2, -2, 2]


def test_the_glorot_scale_counts_inputs_and_outputs():
    """784 inputs, 512 outputs; a 3x3 convolution of 16 channels has 144 inputs."""
    assert BinaryConnect("glorot").fit(np.ones((784, 512))).scale == pytest.approx((1.5 / 1296) ** 0.5)
    assert BinaryConnect("glorot").fit(np.ones((3, 3, 16, 32))).scale == pytest.approx((1.5 / 176) ** 0.5)


def test_xnor_products_of_rows_and_columns():
    """Y ~ (sign(X) @ sign(W)) K a: the array's integers, scaled; exact where magnitudes are equal."""
    rng = np.random.default_rng(2)
    x = rng.choice([-0.5, 0.5], (4, 30)) * [[1.0], [2.0], [3.0], [4.0]]
    w = rng.choice([-1.0, 1.0], (30, 5)) * [0.1, 0.2, 0.3, 0.4, 0.5]
    codes, scale = xnor_data(x)
    weights = XnorNet().fit(w, axis=0)
    mode = Mode(x_bits=2, x_format="binary", **XnorNet().mode_fields())
    array = Array(kind="bit_plane", rows=2, cols=3, lanes=4)
    result = gemm(codes, weights.encode(w), mode, array)
    assert scale.tolist() == [[0.5], [1.0], [1.5], [2.0]]
    assert np.allclose(result.y * scale * weights.scale, x @ w)


def test_data_scales_are_means_of_the_toeplitz_rows():
    """XNOR-Net, section 3.2: K = A * k, A the channel mean of |I|, k a 3x3 box of 1/9."""
    picture = np.random.default_rng(3).normal(size=(6, 7, 2))
    channel_mean = np.abs(picture).mean(axis=2)
    rows = np.stack([picture[y : y + 3, x : x + 3].ravel() for y in range(4) for x in range(5)])
    box = [channel_mean[y : y + 3, x : x + 3].sum() / 9 for y in range(4) for x in range(5)]
    assert np.allclose(xnor_data(rows)[1][:, 0], box)
    assert np.array_equal(xnor_data(rows)[0], bnn_data(rows)) and np.array_equal(bnn_data([0.0, -1, 2]), [1, 0, 1])


def test_ternary_weights_are_those_of_the_encoder():
    for values in (WEIGHTS, WEIGHTS[:, [0]]):
        stored, quantiser = TERNARY.encode(values), TernaryWeights().fit(values)
        assert quantiser.positive == pytest.approx(stored.scale)
        assert np.array_equal(quantiser.encode(values), stored.codes)


def test_worked_ternary_weights():
    """mean |w| = 0.5: threshold 0.35, scale 0.65."""
    values = [[0.8, -0.3], [-0.4, 0.9], [0.1, 0.5]]
    assert np.allclose(TernaryWeights().round(values), [[0.65, 0], [-0.65, 0.65], [0, 0.65]])


def test_worked_trained_ternary_weights():
    """max 1, t = 0.3: beyond are 0.5, 1 and -0.4, -0.8; means 0.75 and 0.6, or what was learned."""
    values = [0.5, 1.0, 0.3, -0.4, -0.8, -0.1]
    assert np.allclose(TrainedTernary(0.3).round(values), [0.75, 0.75, 0, -0.6, -0.6, 0])
    learned = TrainedTernary(0.3, positive=2.0, negative=0.5)
    assert learned.round(values).tolist() == [2, 2, 0, -0.5, -0.5, 0]
    assert learned.fit(values).integers(np.array([0])) is None and learned.fit(values).parameter_bits() == 64
    one_sided = TrainedTernary(0.3).fit([1.0, 0.5, 0.0])
    assert one_sided.negative == one_sided.positive == 0.75


def test_a_learned_scale_below_the_threshold_is_refused():
    with pytest.raises(ValueError, match=r"positive is 0.2, allowed are numbers > 0.3, the threshold"):
        TrainedTernary(0.3, positive=0.2).fit([1.0])


def best_ternary(values):
    """The least squared error over every number of largest magnitudes that stay."""
    order = np.sort(np.abs(values))[::-1]
    return min(
        np.square(order[:kept] - order[:kept].mean()).sum() + np.square(order[kept:]).sum()
        for kept in range(1, len(order) + 1)
    )


@pytest.mark.parametrize("group, length", [(1, 5), (4, 16), (16, 40), (64, 40), (7, 30)])
def test_fine_grained_groups_have_the_least_squared_error(group, length):
    values = np.random.default_rng(group).standard_t(3, (length, 3))
    rounded = FineGrainedTernary(group).round(values)
    for j in range(3):
        for start in range(0, length, group):
            own = slice(start, start + group)
            assert np.square(rounded[own, j] - values[own, j]).sum() == pytest.approx(best_ternary(values[own, j]))


def test_fine_grained_groups_are_fitted_by_themselves():
    form, values = FineGrainedTernary(8), WEIGHTS[:20]
    parts = [form.round(values[i : i + 8]) for i in range(0, 20, 8)]
    assert np.array_equal(form.round(values), np.concatenate(parts))
    quantiser = form.fit(values)
    assert quantiser.scale.shape == (3, 3) and quantiser.parameter_bits() == 9 * 32
    integers, scale = quantiser.integers(quantiser.encode(values))
    assert set(np.unique(integers)) == {-1, 0, 1} and scale.shape == values.shape


def test_fine_grained_error_is_half_the_scale_up_to_the_scale():
    quantiser = FineGrainedTernary(16).fit(WEIGHTS)
    scale = np.repeat(quantiser.scale, 16, axis=0)[:40]
    inside = np.abs(WEIGHTS) <= scale
    assert inside.sum() > 60 and (np.abs(quantiser.round(WEIGHTS) - WEIGHTS)[inside] <= scale[inside] / 2).all()


@pytest.mark.parametrize("form", [TernaryWeights(), TrainedTernary(0.3)])
def test_the_ternary_error_up_to_the_scale_has_its_bound(form):
    quantiser = form.fit(WEIGHTS, axis=0)
    error = np.abs(quantiser.round(WEIGHTS) - WEIGHTS)
    scale = np.where(WEIGHTS > 0, quantiser.positive, quantiser.negative)
    inside = np.abs(WEIGHTS) <= scale
    bound = np.maximum(quantiser.threshold, scale - quantiser.threshold)
    assert inside.sum() > 60 and (error <= bound)[inside].all()


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: BinaryConnect(0), "scale is 0.0, allowed are numbers > 0"),
        (lambda: BinaryConnect(np.nan), "scale has nan, allowed are finite numbers"),
        (lambda: BinaryConnect("max"), "scale has dtype <U3, allowed are real numbers"),
        (lambda: BinaryConnect("glorot").fit([1.0]), "values has 1 dimensions, allowed with scale"),
        (lambda: BinaryWeights().fit([1.0]).decode([2]), "codes has codes from 2 to 2, allowed with format 'binary'"),
        (lambda: xnor_data(1.0), "x has 0 dimensions, allowed are 1 or more"),
        (lambda: xnor_data([np.nan]), "values has nan, allowed are finite numbers"),
        (lambda: TrainedTernary(0), "share is 0, allowed are numbers > 0, < 1"),
        (lambda: TrainedTernary(0.1, negative=-1.0), "scale is -1.0, allowed are numbers > 0"),
        (lambda: TernaryWeights().fit([1.0]).decode([2]), "codes has the code 2, allowed with format 'ternary'"),
        (lambda: FineGrainedTernary(0), "group is 0, allowed are integers >= 1"),
        (lambda: FineGrainedTernary(4).fit(1.0), "values has 0 dimensions, allowed are 1 or more"),
    ],
)
def test_bad_input_is_named_in_one_line(call, message):
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(message) and "\n" not in str(error.value)
