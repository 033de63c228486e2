"""Parts of tensors, and tensors put together."""

import numpy as np
import pytest

from lowtide.compiler.onnx.importer import import_onnx

from onnx_models import PICTURE, check, draws, model, ops, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)


def test_sums_and_concatenations_of_branches():
    nodes = [
        ("Conv", "x w", "a", {"auto_pad": "SAME_UPPER"}),
        ("Relu", "x", "r", {}),
        ("Add", "a r", "s", {}),
        ("Concat", "s x a", "y", {"axis": 1}),
    ]
    assert check(model(nodes, PICTURE, {"w": real(3, 3, 3, 3)})).nodes[-1].inputs == ("s", "x", "a")


@pytest.mark.parametrize("version", [11, 13, 18])
@pytest.mark.parametrize("axis", [1, 2, -1])
def test_splits(version, axis):
    """Into parts of stated and of equal lengths, of which one is not needed."""
    length = [3, 7, 6][axis - 1 if axis > 0 else axis]
    sizes = np.array([1, length - 1])
    inputs, attributes, constants = "x", {"axis": axis, "split": sizes.tolist()}, {}
    if version >= 13:
        inputs, attributes, constants = "x s", {"axis": axis}, {"s": sizes}
    for source, output in (("a b", "b"), ("a b", "a")):
        nodes = [("Split", inputs, source, attributes), ("Relu", output, "y", {})]
        assert ops(check(model(nodes, PICTURE, constants, version=version), runtime)) == ["slice", "relu"]
    if length == 6:
        more = {"num_outputs": 2} if version >= 18 else {}
        nodes = [("Split", "x", "a b", {"axis": axis, **more}), ("Sub", "b a", "y", {})]
        assert "slice" in ops(check(model(nodes, PICTURE, version=version), runtime))


def test_slices_of_old_operator_sets_and_of_negative_ends():
    attributes = {"starts": [1, -4], "ends": [3, -1], "axes": [1, 3]}
    graph = import_onnx(model([("Slice", "x", "y", attributes)], PICTURE, version=9))
    x = real(2, 7, 6, 3)
    assert np.allclose(graph.run(x), x[:, :, -4:-1, 1:3], atol=1e-6)
    constants = {"s": np.array([0, -4]), "e": np.array([1 << 62, -1])}
    check(model([("Slice", "x s e", "y", {})], PICTURE[:2], constants), lambda made, x: x[:, -4:-1])


@pytest.mark.parametrize("places", [2, -1, [1], [0, 2], [3, 4, 5]])
def test_rising_places_are_gathered(places):
    check(model([("Gather", "x p", "y", {"axis": 2})], PICTURE, {"p": np.array(places)}), runtime)


@pytest.mark.parametrize("axis", [1, 2, 3, -1])
def test_concatenations_along_every_axis(axis):
    nodes = [("Relu", "x", "r", {}), ("Concat", "x r x", "y", {"axis": axis})]
    check(model(nodes, PICTURE), runtime)


def test_flattened_pictures_are_concatenated_with_vectors():
    nodes = [
        ("Flatten", "x", "f", {}),
        ("GlobalAveragePool", "x", "g", {}),
        ("Flatten", "g", "h", {}),
        ("Concat", "f h f", "c", {"axis": 1}),
        ("Gemm", "c w", "y", {}),
    ]
    check(model(nodes, PICTURE, {"w": real(255, 3)}), runtime)


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        ([("Concat", "x x", "y", {"axis": 0})], {}, "axis 0.* of Concat y"),
        ([("Concat", "x c", "y", {"axis": 1})], {"c": real(1, 3, 7, 6)}, "an input is a constant of Concat y"),
        ([("Gather", "x s", "y", {"axis": 1})], {"s": np.array([2, 0])}, r"axis 1 at \[2.*0.*\] of Gather y"),
        ([("Gather", "x s", "y", {"axis": 1})], {"s": np.array(5)}, "axis 1 at 5.* of Gather y"),
        ([("Gather", "x s", "y", {"axis": 0})], {"s": np.array(0)}, "axis 0 at 0.* of Gather y"),
        (
            [("Slice", "x s s s", "y", {})],
            {"s": np.array([1])},
            r"a part of shape \(1, 0, 7, 6\) of \(1, 3, 7, 6\) of Slice y",
        ),
        (
            [("Slice", "x e s a t", "y", {})],
            {"e": np.array([3]), "s": np.array([0]), "a": np.array([1]), "t": np.array([-1])},
            "step -1 of Slice y",
        ),
        ([("Split", "x s", "y z", {"axis": 1})], {"s": np.array([2, 2])}, r"axis 1 in parts of \[2, 2\] of Split y"),
        ([("Split", "x s", "y z", {"axis": 0})], {"s": np.array([1, 1])}, "axis 0 in parts of"),
    ],
)
def test_what_has_no_place_is_refused(nodes, constants, message):
    refused(model(nodes, PICTURE, constants), message)
