"""Roundings behind what moves, limits or scales values are those behind the layers before it."""

import numpy as np
import pytest

from lowtide.compiler.onnx.quantised_importer import import_quantised

from onnx_models import draws, model, runtime
from quantised_models import rounding

RNG = np.random.default_rng(5)
real = draws(RNG)


def both(begin, layers, end, constants, bits):
    """(quantised model, plain model): an input, a rounded convolution with what follows it, a last rounding."""
    quants, plains = [*begin], [*begin]
    source = begin[-1][2] if begin else "x"
    signed = not begin
    for quant_or_plain in (
        rounding(source, "xr", 0.05, 8, signed, constants),
        rounding("w", "wr", 0.04, bits, True, constants, narrow=1),
        (layers, layers),
        rounding(layers[-1][2], "y", 0.07, 8, layers[-1][0] not in ("Relu", "Clip"), constants),
        (end, end),
    ):
        quants += quant_or_plain[0]
        plains += quant_or_plain[1]
    return (model(nodes, ["N", 3, 5, 4], constants, outputs=(nodes[-1][2],)) for nodes in (quants, plains))


NORM = {name: real(8) for name in "som"} | {"v": real(8) ** 2}
CASES = {
    "a batch norm and limits": [("BatchNormalization", "c s o m v", "n", {}), ("Relu", "n", "r", {})],
    "a batch norm alone": [("BatchNormalization", "c s o m v", "n", {})],
    "values moved, then limited": [("DepthToSpace", "c", "d", {"blocksize": 2}), ("Relu", "d", "r", {})],
    "values moved alone": [("Reshape", "c shape", "d", {}), ("Transpose", "d", "t", {"perm": [0, 2, 1]})],
    "the largest, then limited": [("MaxPool", "c", "d", {"kernel_shape": [2, 2]}), ("Clip", "d zero six", "r", {})],
    "all of it": [
        ("BatchNormalization", "c s o m v", "n", {}),
        ("MaxPool", "n", "p", {"kernel_shape": [2, 2]}),
        ("DepthToSpace", "p", "d", {"blocksize": 2}),
        ("Relu", "d", "r", {}),
    ],
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("begin", [[], [("Relu", "x", "i", {})], [("Clip", "x zero six", "i", {})]])
@pytest.mark.parametrize("bits", [3, 8])
def test_the_codes_are_those_of_the_model_as_it_stands(name, begin, bits):
    constants = {"w": real(8, 3, 2, 2), "b": real(8), "zero": np.float32(0), "six": np.float32(6), **NORM}
    constants["shape"] = np.array([0, 8, -1])
    quant, plain = both(begin, [("Conv", "xr wr b", "c", {}), *CASES[name]], [], constants, bits)
    network = import_quantised(quant, requantisation="real")
    assert "batch_norm" not in {step.op for step in network.steps}
    x = real(40, 3, 5, 4)
    theirs = runtime(plain, x)
    found = network.run(x.transpose(0, 2, 3, 1))
    if theirs.ndim == 4:
        theirs = theirs.transpose(0, 2, 3, 1)
    steps = np.rint(np.abs(found - theirs) / 0.07)
    assert (
        found.shape == theirs.shape and steps.max() <= 1 and (steps == 0).mean() > 0.95
    )  # biases are real numbers, and rounded here
    assert network.layers[next(iter(network.layers))].weights.bits == bits


def test_a_column_that_a_batch_norm_makes_nothing_of_leaves_room_for_its_bias():
    norm = NORM | {"s": np.array([0, 1e-30, *real(6)], np.float32)}
    constants = {"w": real(8, 3, 2, 2), "b": real(8), **norm}
    layers = [("Conv", "xr wr b", "c", {}), ("BatchNormalization", "c s o m v", "n", {}), ("Relu", "n", "r", {})]
    quant, plain = both([], layers, [], constants, 8)
    x = real(20, 3, 5, 4)
    steps = np.abs(import_quantised(quant, requantisation="real").run(x.transpose(0, 2, 3, 1)) / 0.07)
    theirs = runtime(plain, x).transpose(0, 2, 3, 1) / 0.07
    assert np.abs(steps - theirs).max() < 1.01 and (np.abs(steps - theirs) < 0.01).mean() > 0.95


def test_the_range_of_an_input_that_is_not_rounded_is_stated():
    constants = {"w": real(8, 3, 2, 2)}
    weights, _ = rounding("w", "wr", 0.04, 4, True, constants)
    end, _ = rounding("c", "y", 0.07, 8, True, constants)
    made = model([*weights, ("Conv", "x wr", "c", {}), *end], ["N", 3, 5, 4], constants)
    with pytest.raises(ValueError, match="input x is not rounded, allowed is that with its input_range"):
        import_quantised(made)
    network = import_quantised(made, input_range=(-1.0, 3.0))
    assert np.isclose(float(network.quantisers["x"].scale), 4 / 255)
