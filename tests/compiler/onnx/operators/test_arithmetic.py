"""Sums and products with constants and with each other compute what ONNX Runtime computes."""

import numpy as np
import pytest

from onnx_models import PICTURE, check, draws, model, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)


@pytest.mark.parametrize("op", ["Add", "Sub", "Mul", "Div"])
@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("shape", "constant"),
    [
        (PICTURE, ()),
        (PICTURE, (3, 1, 1)),
        (PICTURE, (1, 3, 1, 1)),
        (PICTURE, (7, 6)),
        (PICTURE, (3, 1, 6)),
        (PICTURE, (1, 3, 7, 6)),
        (["N", 5], (5,)),
        (["N", 5], (1, 1)),
        (["N", 4, 5], (5,)),
        (["N", 4, 5], (4, 1)),
        (["N", 4, 5], (1, 4, 5)),
    ],
)
def test_constants_of_every_shape(op, first, shape, constant):
    if op == "Div" and first:
        return
    constants = {"c": real(*constant) + 3}
    made = model([(op, "c x" if first else "x c", "y", {})], shape, constants)
    graph = check(made, runtime)
    assert {node.op for node in graph.nodes} <= {"batch_norm", "reshape"}


def test_constants_of_flattened_pictures():
    nodes = [("Flatten", "x", "f", {}), ("Mul", "f c", "g", {}), ("Sub", "d g", "h", {}), ("Gemm", "h w", "y", {})]
    check(model(nodes, PICTURE, {"c": real(126), "d": real(1, 126), "w": real(126, 3)}), runtime)


def test_negation_and_powers():
    check(model([("Neg", "x", "y", {})], PICTURE), runtime)
    for power in (2, 3):
        check(model([("Pow", "x p", "y", {})], PICTURE, {"p": np.float32(power)}), runtime)


@pytest.mark.parametrize(
    ("op", "count", "made"),
    [
        ("Add", 2, ["add"]),
        ("Sum", 2, ["add"]),
        ("Sum", 3, ["add"]),
        ("Sum", 1, []),
        ("Sub", 2, ["batch_norm", "add"]),
        ("Mul", 2, ["mul"]),
    ],
)
@pytest.mark.parametrize("shape", [PICTURE, ["N", 5, 5]])
def test_tensors_with_each_other(op, count, made, shape):
    weights, rank = {}, len(shape)
    nodes = []
    for place in range(count):
        weights[f"w{place}"] = real(3, 3, 1, 1) if rank == 4 else real(5, 5)
        nodes.append(("Conv" if rank == 4 else "MatMul", f"x w{place}", f"t{place}", {}))
    nodes.append((op, " ".join(f"t{place}" for place in range(count)), "s", {}))
    nodes.append(("Relu", "s", "y", {}))
    graph = check(model(nodes, shape, weights), runtime)
    assert [node.op for node in graph.nodes[count:]] == [*made, "relu"]


def test_a_sum_with_constants_among_its_inputs():
    check(model([("Sum", "x a b", "y", {})], PICTURE, {"a": real(3, 1, 1), "b": real()}), runtime)
    refused(
        model([("Relu", "x", "r", {}), ("Sum", "x r a", "y", {})], PICTURE, {"a": real()}),
        "a sum of several tensors and a constant of Sum y, allowed is two sums",
    )


@pytest.mark.parametrize("swapped", [True, False])
def test_gates_of_channels(swapped):
    """Squeeze and excitation: the mean of a picture, two layers, a factor for each channel."""
    nodes = [
        ("GlobalAveragePool", "x", "g", {}),
        ("Conv", "g v b", "h", {}),
        ("Relu", "h", "r", {}),
        ("Conv", "r w c", "s", {}),
        ("HardSigmoid", "s", "t", {}),
        ("Mul", "t x" if swapped else "x t", "y", {}),
    ]
    constants = {"v": real(2, 3, 1, 1), "b": real(2), "w": real(3, 2, 1, 1), "c": real(3)}
    graph = check(model(nodes, PICTURE, constants), runtime)
    assert graph.nodes[-1].op == "mul" and graph.nodes[-1].inputs[0] == "x"


@pytest.mark.parametrize("op", ["Max", "Min"])
def test_extremes_are_limits(op):
    for inputs in ("x c", "c x", "x c d"):
        constants = {"c": np.float32(0.3), "d": np.full((3, 1, 1), -0.2, np.float32)}
        assert [node.op for node in check(model([(op, inputs, "y", {})], PICTURE, constants), runtime).nodes] == [
            "clip"
        ]
    assert [node.op for node in check(model([("Max", "x z", "y", {})], PICTURE, {"z": np.float32(0)})).nodes] == [
        "relu"
    ]


@pytest.mark.parametrize(
    ("slope", "made"),
    [((), 1), ((1,), 1), ((3, 1, 1), 4), ((1, 3, 1, 1), 4)],
)
def test_slopes_of_prelu(slope, made):
    graph = check(model([("PRelu", "x s", "y", {})], PICTURE, {"s": real(*slope)}), runtime)
    assert len(graph.nodes) == made


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        ([("Div", "c x", "y", {})], {"c": real(1)}, "input 1 is not constant of Div y"),
        ([("Div", "x c", "y", {})], {"c": real(3, 1, 1) * 0}, "input 1 is 0 somewhere of Div y"),
        ([("Pow", "x c", "y", {})], {"c": real(3, 1, 1)}, "input 1 has several values of Pow y"),
        ([("Max", "x c", "y", {})], {"c": real(3, 1, 1)}, "several limits of Max y"),
        ([("PRelu", "x c", "y", {})], {"c": real(7, 6)}, r"slope of shape \(7, 6\) of PRelu y"),
        ([("Add", "x c", "y", {})], {"c": real(5, 6)}, r"constant of shape \(5, 6\) of Add y"),
        ([("Add", "x c", "y", {})], {"c": np.float32(np.nan)}, r"constant is nan at \[\] of Add y"),
        (
            [("GlobalAveragePool", "x", "g", {}), ("Add", "g x", "y", {})],
            {},
            r"shapes \(1, 3, 1, 1\) and \(1, 3, 7, 6\) of Add y, allowed is two tensors",
        ),
        (
            [("Slice", "x s t a", "p", {}), ("Mul", "x p", "y", {})],
            {"s": np.array([0]), "t": np.array([1]), "a": np.array([1])},
            r"shapes \(1, 3, 7, 6\) and \(1, 1, 7, 6\) of Mul y",
        ),
    ],
)
def test_what_a_graph_cannot_add_or_multiply_is_refused(nodes, constants, message):
    refused(model(nodes, PICTURE, constants), message)
