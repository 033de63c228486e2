"""What moves no data in an imported model: flattened pictures, other shapes, transposes between layouts."""

import numpy as np
import pytest
from onnx import TensorProto

from onnx_models import PICTURE, check, draws, model, ops, refused, runtime

RNG = np.random.default_rng(5)
real = draws(RNG)


@pytest.mark.parametrize(
    "flatten",
    [
        ("Flatten", "x", "f", {}),
        ("Reshape", "x rest", "f", {}),
        ("Reshape", "x all", "f", {}),
        ("Reshape", "x keep", "f", {}),
    ],
    ids=lambda node: f"{node[0]} {node[1]}",
)
@pytest.mark.parametrize(
    "follow",
    [
        [("Gemm", "f w b", "y", {})],
        [("MatMul", "f w", "p", {}), ("Add", "p b", "y", {})],
        [
            ("Relu", "f", "r", {}),
            ("BatchNormalization", "r s o m v", "n", {}),
            ("Add", "n m", "a", {}),
            ("Dropout", "a", "d", {}),
            ("Gemm", "d w b", "y", {}),
        ],
        [
            ("Tanh", "f", "t", {}),
            ("Add", "t f", "u", {}),
            ("Concat", "u f", "c", {"axis": 1}),
            ("Gemm", "c ww b", "y", {}),
        ],
    ],
    ids=lambda nodes: " ".join(node[0] for node in nodes),
)
def test_flattened_pictures_keep_their_places(flatten, follow):
    constants = {
        "w": real(126, 4),
        "ww": real(252, 4),
        "b": real(4),
        "rest": np.array([-1, 126]),
        "all": np.array([1, -1]),
        "keep": np.array([0, -1]),
        **{name: real(126) ** 2 for name in ("s", "o", "m", "v")},
    }
    check(model([flatten, *follow], [1, 3, 7, 6], constants))


def test_pooled_pictures_are_flattened_by_nothing():
    nodes = [
        ("GlobalAveragePool", "x", "g", {}),
        ("Relu", "g", "r", {}),
        ("Flatten", "r", "f", {}),
        ("Gemm", "f w", "y", {}),
    ]
    graph = check(model(nodes, PICTURE, {"w": real(3, 4)}))
    assert [node.op for node in graph.nodes] == ["global_average_pool", "relu", "linear"]
    check(model([("GlobalAveragePool", "x", "y", {})], PICTURE))


def test_transposes_between_layouts_move_nothing():
    nodes = [
        ("Transpose", "x", "a", {"perm": [0, 3, 1, 2]}),
        ("Conv", "a w", "b", {"strides": [2, 2]}),
        ("Transpose", "b", "c", {"perm": [0, 2, 3, 1]}),
        ("Add", "c k", "d", {}),
        ("Flatten", "d", "e", {}),
        ("Gemm", "e v", "y", {}),
    ]
    graph = check(model(nodes, ["N", 7, 6, 3], {"w": real(4, 3, 3, 3), "k": real(4), "v": real(24, 2)}))
    assert [node.op for node in graph.nodes] == ["conv", "flatten", "linear"] and graph.shape == (7, 6, 3)


@pytest.mark.parametrize(
    ("shape", "target", "made"),
    [
        (PICTURE, [0, 3, 42], ["reshape"]),  # rows and columns joined: channels stay last
        (PICTURE, [-1, 21, 6], ["reshape", "transpose", "reshape"]),
        (PICTURE, [0, 3, 7, 2, 3], ["reshape"]),
        (["N", 12, 5, 2], [0, 3, 4, 5, 2], ["reshape"]),
        (["N", 12, 5, 2], [0, 12, 1, 10], ["reshape"]),
        (["N", 4, 6], [0, 4, 2, 3], ["reshape"]),
        (["N", 4, 6], [0, 8, 3], ["reshape"]),
        (["N", 4, 6], [0, 1, 4, 6], []),
        (["N", 24], [-1, 4, 6], ["reshape"]),
        (["N", 24], [0, 2, 3, 4], ["reshape"]),
        ([5, 24], [5, 2, 12], ["reshape"]),
    ],
)
def test_reshapes_move_values_only_where_they_must(shape, target, made):
    nodes = [("Reshape", "x s", "r", {}), ("Relu", "r", "y", {})]
    graph = check(model(nodes, shape, {"s": np.array(target)}), runtime)
    order = ["transpose"] if graph.nodes[-1].op == "transpose" else []
    assert [op for op in ops(graph) if op != "relu"][: len(made)] == made or order


def test_random_chains_of_shapes():
    """Reshapes, transposes, squeezes, slices and splits, one after the other, with a convolution before them."""
    for _ in range(60):
        shape = tuple(RNG.permutation([2, 3, 4, 6])[:3])
        lengths = [1, 4, shape[1], shape[2]]  # of ONNX, the batch first
        nodes, constants = [("Conv", "x w", "t0", {})], {"w": real(4, int(shape[0]), 1, 1)}
        for place in range(int(RNG.integers(1, 6))):
            source, made, key = f"t{place}", f"t{place + 1}", f"c{place}"
            kind = RNG.choice(["Reshape", "Transpose", "Unsqueeze", "Squeeze", "Slice", "Relu", "Gather"])
            rank = len(lengths)
            axis = int(RNG.integers(1, rank))
            if kind == "Reshape":
                count = int(np.prod(lengths))
                lengths = [1, *(factors(count))]
                constants[key] = np.array([-1, *lengths[1:]])
                nodes.append((kind, f"{source} {key}", made, {}))
            elif kind == "Transpose":
                order = [0, *(1 + RNG.permutation(rank - 1)).tolist()]
                lengths = [lengths[each] for each in order]
                nodes.append((kind, source, made, {"perm": order}))
            elif kind == "Unsqueeze" and rank < 6:
                lengths.insert(axis, 1)
                constants[key] = np.array([axis])
                nodes.append((kind, f"{source} {key}", made, {}))
            elif kind == "Squeeze" and 1 in lengths[1:] and rank > 2:
                axis = lengths.index(1, 1)
                del lengths[axis]
                constants[key] = np.array([axis])
                nodes.append((kind, f"{source} {key}", made, {}))
            elif kind == "Slice" and lengths[axis] > 1:
                start, step = int(RNG.integers(0, lengths[axis])), int(RNG.integers(1, 3))
                constants |= {f"{key}s": np.array([start]), f"{key}e": np.array([99]), f"{key}a": np.array([axis])}
                constants[f"{key}t"] = np.array([step])
                lengths[axis] = len(range(start, lengths[axis], step))
                nodes.append((kind, f"{source} {key}s {key}e {key}a {key}t", made, {}))
            elif kind == "Gather" and rank > 2:
                constants[key] = np.array(int(RNG.integers(0, lengths[axis])))
                del lengths[axis]
                nodes.append((kind, f"{source} {key}", made, {"axis": axis}))
            else:
                nodes.append(("Relu", source, made, {}))
        nodes += [("Flatten", f"t{len(nodes) - 1}", "f", {}), ("Tanh", "f", "y", {})]
        check(model(nodes, ["N", *map(int, shape)], constants), runtime)


def factors(count):
    """A shape of as many values, of one to four axes."""
    found = []
    for _ in range(int(RNG.integers(0, 4))):
        found.append(int(RNG.choice([each for each in range(1, count + 1) if count % each == 0])))
        count //= found[-1]
    return [*found, count]


def test_shapes_of_a_batch_that_is_not_stated_are_computed():
    """As PyTorch exports them: the shape is taken apart and joined again."""
    nodes = [
        ("Shape", "x", "s", {}),
        ("Gather", "s zero", "n", {"axis": 0}),
        ("Unsqueeze", "n axes", "b", {}),
        ("Concat", "b rest", "t", {"axis": 0}),
        ("Reshape", "x t", "f", {}),
        ("Gemm", "f w", "y", {}),
    ]
    constants = {"zero": np.array(0), "axes": np.array([0]), "rest": np.array([-1]), "w": real(126, 4)}
    for batch in ("N", 1, 5):
        check(model(nodes, [batch, *PICTURE[1:]], constants), runtime)


@pytest.mark.parametrize("mode", ["DCR", "CRD"])
def test_depth_becomes_space_with_one_transpose(mode):
    nodes = [("DepthToSpace", "x", "y", {"blocksize": 2, "mode": mode})]
    graph = check(model(nodes, ["N", 12, 3, 5]), runtime)
    assert ops(graph) == ["reshape", "transpose", "reshape"] and graph.run(real(1, 3, 5, 12)).shape == (1, 6, 10, 3)


def test_space_becomes_depth():
    check(model([("SpaceToDepth", "x", "y", {"blocksize": 2})], ["N", 3, 4, 6]), runtime)


def test_channels_are_shuffled_with_one_transpose():
    nodes = [
        ("Reshape", "x a", "r", {}),
        ("Transpose", "r", "t", {"perm": [0, 2, 1, 3, 4]}),
        ("Reshape", "t b", "s", {}),
        ("Conv", "s w", "y", {}),
    ]
    constants = {"a": np.array([0, 2, 6, 3, 5]), "b": np.array([0, 12, 3, 5]), "w": real(4, 12, 1, 1)}
    graph = check(model(nodes, ["N", 12, 3, 5], constants), runtime)
    assert ops(graph) == ["reshape", "transpose", "reshape", "conv"]


def test_outputs_that_are_flattened_have_the_order_of_onnx():
    for nodes in ([("Flatten", "x", "y", {})], [("Flatten", "x", "f", {}), ("Relu", "f", "y", {})]):
        check(model(nodes, PICTURE), runtime)


def test_casts_expansions_and_identities_are_nothing():
    nodes = [
        ("Cast", "x", "a", {"to": TensorProto.FLOAT}),
        ("Expand", "a s", "b", {}),
        ("Identity", "b", "c", {}),
        ("Relu", "c", "y", {}),
    ]
    assert ops(check(model(nodes, PICTURE, {"s": np.array([1, 7, 1])}), runtime)) == ["relu"]


@pytest.mark.parametrize(
    ("nodes", "constants", "message"),
    [
        ([("Reshape", "x s", "y", {})], {"s": np.array([3, -1])}, r"shape \[3, -1\] of \(1, 3, 7, 6\) of Reshape y"),
        ([("Reshape", "x s", "y", {})], {"s": np.array([0, 5])}, r"shape \[0, 5\] .* allowed is 126 values for each"),
        ([("Reshape", "x s", "y", {})], {"s": np.array([-1, -1])}, r"shape \[-1, -1\]"),
        ([("Reshape", "x s", "y", {"allowzero": 1})], {"s": np.array([0, 126])}, r"shape \[0, 126\]"),
        ([("Reshape", "x s", "y", {})], {"s": np.array([1, -3, -42])}, r"shape \[1, -3, -42\]"),
        ([("Flatten", "x", "y", {"axis": 2})], {}, "axis 2 of Flatten y, allowed is 1"),
        ([("Flatten", "x", "y", {"axis": 9})], {}, "axis 9 of Flatten y, allowed is one of 4 axes"),
        ([("Transpose", "x", "y", {"perm": [0, 1]})], {}, r"perm \(0, 1\) of \(1, 3, 7, 6\) of Transpose y"),
        (
            [("Flatten", "x", "f", {}), ("Transpose", "f", "y", {"perm": [1, 0]})],
            {},
            r"perm \(1, 0\) of \(1, 126\) of Transpose y, allowed is each axis once; of a flattened picture the batch",
        ),
        ([("Squeeze", "x s", "y", {})], {"s": np.array([1])}, r"axes \[1\] of \(1, 3, 7, 6\) of Squeeze y"),
        ([("Unsqueeze", "x s", "y", {})], {"s": np.array([0])}, r"axes \[0\] of Unsqueeze y"),
        ([("Unsqueeze", "x s", "y", {})], {"s": np.array([7])}, "axis 7 of Unsqueeze y, allowed is one of 5 axes"),
        ([("Cast", "x", "y", {"to": TensorProto.INT8})], {}, "to is 3 of Cast y"),
        ([("Expand", "x s", "y", {})], {"s": np.array([2, 3, 7, 6])}, r"shape \[2, 3, 7, 6\] .* of Expand y"),
        ([("DepthToSpace", "x", "y", {"blocksize": 2})], {}, r"blocksize 2 of \(1, 3, 7, 6\) of DepthToSpace y"),
        (
            [("Dropout", "x r t", "y", {})],
            {"r": np.float32(0.5), "t": np.array(True)},
            "training_mode is 1 of Dropout y",
        ),
    ],
)
def test_what_moves_between_samples_or_does_not_fit_is_refused(nodes, constants, message):
    refused(model(nodes, PICTURE, constants), message)
