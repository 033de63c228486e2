"""Means, padding and repeated pixels compute what ONNX Runtime computes."""

import numpy as np
import pytest

from lowtide.compiler.onnx.importer import import_onnx

from onnx_models import PICTURE, check, draws, model, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)


def ops(graph):
    return [node.op for node in graph.nodes]


@pytest.mark.parametrize("keeps", [0, 1])
@pytest.mark.parametrize("version", [13, 18])
@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        (PICTURE, [2, 3]),
        (PICTURE, [-1, -2]),
        (PICTURE, [1, 3]),
        (["N", 4, 5], [1]),
        (["N", 4, 5], [2]),
        (["N", 4, 5, 1], [1]),
        (["N", 4, 5, 1], [2, 3]),
        (["N", 5, 1, 1], [2, 3]),
    ],
)
def test_means_over_pictures_and_lines(keeps, version, shape, axes):
    inputs, attributes, constants = "x a", {"keepdims": keeps}, {"a": np.array(axes)}
    if version < 18:
        inputs, attributes, constants = "x", {"keepdims": keeps, "axes": axes}, {}
    made = model([("ReduceMean", inputs, "m", attributes), ("Relu", "m", "y", {})], shape, constants, version=version)
    assert ops(check(made, runtime)).count("global_average_pool") == 1


def test_global_pools_of_pictures_and_lines():
    for op in ("GlobalAveragePool", "GlobalMaxPool"):
        for shape in (PICTURE, ["N", 4, 5]):
            nodes = [(op, "x", "m", {}), ("Flatten", "m", "f", {}), ("Gemm", "f w", "y", {})]
            check(model(nodes, shape, {"w": real(shape[1], 2)}), runtime)


@pytest.mark.parametrize("version", [10, 13, 18])
def test_padding_is_a_node_or_part_of_a_convolution(version):
    for _ in range(6):
        top, left, bottom, right = (int(each) for each in RNG.integers(0, 3, 4))
        pads, constants = [0, 0, top, left, 0, 0, bottom, right], {"w": real(4, 3, 3, 2)}
        inputs, attributes = "x", {"pads": pads}
        if version >= 11:
            inputs, attributes = "x p", {}
            constants["p"] = np.array(pads)
        if version >= 18:
            inputs, constants["p"], constants["a"] = "x p z a", np.array([top, right, bottom, left]), np.array([2, -1])
            constants["z"], pads = np.float32(0), [0, 0, top, right, 0, 0, bottom, left]
        pad = ("Pad", inputs, "p0", attributes)
        conv = model(
            [pad, ("Conv", "p0 w", "y", {"pads": [1, 0, 2, 1], "strides": [2, 1]})], PICTURE, constants, version=version
        )
        pool = model([pad, ("MaxPool", "p0", "y", {"kernel_shape": [2, 2]})], PICTURE, constants, version=version)
        if version == 10:  # older than what the runtime computes: as the same of a newer set
            x = real(2, 7, 6, 3)
            padded = np.pad(x, ((0, 0), (top, bottom), (left, right), (0, 0)))
            expected = import_onnx(
                model([("MaxPool", "x", "y", {"kernel_shape": [2, 2]})], ["N", 3, *padded.shape[1:3]])
            )
            assert np.array_equal(import_onnx(pool).run(x), expected.run(padded))
            assert ops(import_onnx(conv)) == ["conv"]
        else:
            assert ops(check(conv, runtime)) == ["conv"]
            assert ops(check(pool, runtime)) == ["pad", "max_pool"] or not any(pads)


@pytest.mark.parametrize(
    "attributes",
    [
        {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
        {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_floor"},
        {"coordinate_transformation_mode": "half_pixel", "nearest_mode": "round_prefer_ceil"},
        {"coordinate_transformation_mode": "pytorch_half_pixel"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("factor", [(1, 1), (2, 2), (3, 1), (2, 4)])
def test_pixels_are_repeated(attributes, factor):
    """By factors and to sizes; the batch of sizes is that of the model."""
    scales = np.array([1, 1, *factor], np.float32)
    made = model([("Resize", "x r s", "y", attributes)], PICTURE, {"r": np.zeros(0, np.float32), "s": scales})
    assert ops(check(made, runtime)) == ["upsample"]
    sizes = np.array([2, 3, 7 * factor[0], 6 * factor[1]])
    empty = {"r": np.zeros(0, np.float32), "e": np.zeros(0, np.float32)}
    made = model([("Resize", "x r e s", "y", attributes)], [2, *PICTURE[1:]], {**empty, "s": sizes}, version=11)
    assert ops(check(made, runtime)) == ["upsample"]


def test_upsample_of_old_operator_sets():
    scales = np.array([1, 1, 2, 3], np.float32)
    made = model([("Upsample", "x s", "y", {})], PICTURE, {"s": scales}, version=9)
    x = real(2, 7, 6, 3)
    assert np.array_equal(import_onnx(made).run(x), x.repeat(2, axis=1).repeat(3, axis=2))
    made = model([("Upsample", "x", "y", {"scales": scales.tolist()})], PICTURE, version=7)
    assert np.array_equal(import_onnx(made).run(x), x.repeat(2, axis=1).repeat(3, axis=2))


@pytest.mark.parametrize(
    ("op", "inputs", "attributes", "constants", "message"),
    [
        ("ReduceMean", "x", {"axes": [0]}, {}, r"a mean over the axes \(0,\) of \(1, 3, 7, 6\) of ReduceMean y"),
        ("ReduceMean", "x", {"axes": [1]}, {}, r"a mean over the axes \(1,\)"),
        ("ReduceMean", "x", {"axes": [1, 2, 3]}, {}, r"a mean over the axes \(1, 2, 3\)"),
        ("ReduceMean", "x", {"axes": [9]}, {}, r"axes \[9\] of ReduceMean y, allowed is some of 4 axes"),
        ("Pad", "x p", {"mode": "reflect"}, {"p": np.zeros(8, int)}, "another mode or value of Pad y"),
        ("Pad", "x p v", {}, {"p": np.ones(8, int), "v": np.float32(1)}, "another mode or value of Pad y"),
        ("Pad", "x p", {}, {"p": np.array([0, 1, 0, 0, 0, 0, 0, 0])}, "pads .* of Pad y, allowed is padding of"),
        ("Pad", "x p", {}, {"p": np.array([0, 0, -1, 0, 0, 0, 0, 0])}, "pads .* of Pad y, allowed is lengths"),
        ("Pad", "x p", {}, {"p": np.array([0, 0, 1])}, "pads .* of Pad y, allowed is lengths"),
        ("Resize", "x r s", {"mode": "linear"}, {"r": real(0), "s": real(4)}, "mode is linear of Resize y"),
        ("Resize", "x r s", {}, {"r": real(0), "s": np.float32([1, 1, 1.5, 2])}, r"scales .*1.5, 2.0\] of Resize y"),
        ("Resize", "x r s", {}, {"r": real(0), "s": np.float32([1, 2, 2, 2])}, r"scales .* of Resize y"),
        ("Resize", "x r s", {}, {"r": real(0), "s": np.float32([1, 1, 1 << 40, 2])}, "output of Resize y has shape"),
        (
            "Resize",
            "x r s",
            {"coordinate_transformation_mode": "align_corners"},
            {"r": real(0), "s": np.float32([1, 1, 2, 2])},
            "coordinate_transformation_mode is align_corners of Resize y",
        ),
        (
            "Resize",
            "x r s",
            {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "ceil"},
            {"r": real(0), "s": np.float32([1, 1, 2, 2])},
            "coordinate_transformation_mode and nearest_mode of Resize y",
        ),
    ],
)  # fmt: skip
def test_what_is_no_mean_padding_or_repetition_is_refused(op, inputs, attributes, constants, message):
    refused(model([(op, inputs, "y", attributes)], PICTURE, constants), message)
