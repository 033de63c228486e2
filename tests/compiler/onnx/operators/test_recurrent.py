"""Recurrent operators are unrolled: they compute what ONNX Runtime computes, and what has no place is refused."""

import numpy as np
import pytest

from lowtide.compiler.onnx.described import DESCRIBED, MOVES
from lowtide.compiler.onnx.importer import import_onnx
from lowtide.compiler.onnx.operators.recurrent import MOST_STEPS

from onnx_models import changed_bytes_are_refused_or_read, draws, model, ops, refused, runtime
from recurrent_models import STATES, random_recurrent, recurrent

RNG = np.random.default_rng(5)
real = draws(RNG)


def compare(made, x, batch, out=0, oracle=None):
    """The imported graph of a model gives what ONNX Runtime gives for it, or for the ``oracle``; ``batch`` and ``out``
    are the axes of the batch of input and output."""
    graph = import_onnx(made)
    found = graph.run(np.moveaxis(x, batch, 0).astype(np.float64))
    expected = np.moveaxis(runtime(oracle or made, x), out, 0)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1e-5 * max(1, np.abs(expected).max())
    described = [DESCRIBED[node.op_type] for node in made.graph.node if node.op_type in DESCRIBED]
    known = {op for each in described for op in each.nodes}
    assert {node.op for node in graph.nodes} <= {*known, *MOVES}, "the documents say so"
    return graph


@pytest.mark.parametrize("op", STATES)
@pytest.mark.parametrize("seed", range(40))
def test_random_recurrent_operators(op, seed):
    """Directions, layouts, biases, initial states, batches, what is left out of the outputs, and what follows."""
    case = random_recurrent(np.random.default_rng([seed, list(STATES).index(op)]), op)
    compare(case.model, case.x, case.batch, case.out, case.oracle)


def layers(rng, op, *, count=2, steps=4, width=3):
    """Layers one behind the other, the batch first: the last one's last step."""
    nodes, constants, last = [("Transpose", "x", "h0", {"perm": [1, 0, 2]})], {"axes": np.array([1])}, "h0"
    for layer in range(count):
        names, own = recurrent(rng, op, width, width)
        constants |= {f"{name}{layer}": value for name, value in own.items()}
        inputs = [last, *(name and f"{name}{layer}" for name in names[1:])]
        nodes += [(op, inputs, [f"s{layer}"], {"hidden_size": width})]
        nodes += [("Squeeze", f"s{layer} axes", f"h{layer + 1}", {})]
        last = f"h{layer + 1}"
    nodes += [("Transpose", last, "t", {"perm": [1, 0, 2]}), ("Gather", "t last", "y", {"axis": 1})]
    return model(nodes, ["N", steps, width], constants | {"last": np.array(-1)})


@pytest.mark.parametrize("op", STATES)
def test_layers_one_behind_the_other(op):
    """The last step of the last one is no part of a sequence that is put together."""
    graph = compare(layers(RNG, op), real(2, 4, 3), 0)
    assert ops(graph).count("concat") == 1 and "slice" not in ops(graph)[-6:]


def test_what_the_input_adds_is_one_layer_for_each_gate_and_a_state_of_zeros_none():
    names, constants = recurrent(RNG, "LSTM", 3, 5)
    graph = compare(
        model([("LSTM", names, ["", "y"], {"hidden_size": 5})], [4, "N", 3], constants), real(4, 2, 3), 1, 1
    )
    assert ops(graph).count("linear") == 4 + 3 * 4 and ops(graph).count("slice") == 4 * 4 - 1  # no first forget gate


def test_initial_states_of_shapes_that_are_computed():
    """As exporters write them: zeros of the batch's length."""
    names, constants = recurrent(RNG, "LSTM", 3, 5)
    nodes = [
        ("Shape", "x", "s", {}),
        ("Gather", "s one", "n", {"axis": 0}),
        ("Concat", "one n five", "z", {"axis": 0}),
        ("ConstantOfShape", "z", "h", {}),
        ("LSTM", [*names[:4], "", "h", "h"], ["", "y"], {"hidden_size": 5}),
    ]
    made = model(nodes, [4, "N", 3], constants | {"one": np.array([1]), "five": np.array([5])})
    compare(made, real(4, 1, 3), 1, 1)


def test_residual_sums_where_the_steps_come_first():
    """Operators between two layers take the batch where it is."""
    names, constants = recurrent(RNG, "GRU", 3, 3)
    constants |= {"axes": np.array([1]), "scale": real(3), "w": real(3, 3), "b": real(3)}
    nodes = [
        ("GRU", names, "s", {"hidden_size": 3}),
        ("Squeeze", "s axes", "h", {}),
        ("MatMul", "h w", "m", {}),
        ("Add", "m b", "a", {}),
        ("Relu", "a", "r", {}),
        ("Add", "r h", "t", {}),
        ("LayerNormalization", "t scale", "n", {}),
        ("Slice", "n one many zero", "p", {}),
        ("Concat", "p p", "c", {"axis": 0}),
        ("Transpose", "c", "y", {"perm": [1, 2, 0]}),
    ]
    constants |= {"one": np.array([1]), "many": np.array([9]), "zero": np.array([0])}
    compare(model(nodes, [4, 2, 3], constants), real(4, 2, 3), 1)


def one(op="LSTM", shape=(4, "N", 3), *, inputs=None, seed=0, after=(), more=None, **attributes):
    """A model of one node."""
    names, constants = recurrent(np.random.default_rng(seed), op, 3, 5)
    changed = {"hidden_size": 5} | attributes
    nodes = [(op, [*names, *(inputs or [])], "y" if not after else "Y", changed), *after]
    return model(nodes, list(shape), constants | (more or {}))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (one(direction="sideways"), r"direction is 'sideways' of LSTM y, allowed is one of forward, reverse, bid"),
        (one(activations=["Sigmoid", "Relu", "Tanh"]), r"activations is \['Sigmoid', 'Relu', 'Tanh'\] of LSTM"),
        (one(clip=3.0), r"clip is 3\.0 of LSTM y, allowed is none"),
        (one(input_forget=1), "input_forget is 1 of LSTM y, allowed is 0"),
        (one(layout=2, shape=("N", 4, 3)), "layout is 2 of LSTM y, allowed is 0 or 1"),
        (one(hidden_size=0), "hidden_size is 0 of LSTM y, allowed is 1 and more"),
        (one(hidden_size=6), r"W has shape \(1, 20, 3\) of LSTM y, allowed is \(1, 24, 3\)"),
        (one(direction="bidirectional"), r"W has shape \(1, 20, 3\) of LSTM y, allowed is \(2, 20, 3\)"),
        (one(shape=(4, "N", 2)), r"W has shape \(1, 20, 3\) of LSTM y, allowed is \(1, 20, 2\)"),
        (one(shape=(4, "N")), r"input x has shape \[4, 0\], allowed are \[steps, batch, values\]"),
        (one(shape=("T", "N", 3)), r"input x has shape \[0, 0, 3\], allowed are \[steps, batch, values\]"),
        (one(shape=(4, "N", 3, 1)), r"input of shape \(4, 1, 3, 1\), axis 1 of which is the batch of LSTM y"),
        (
            one(inputs=["n"], more={"n": np.array([2], np.int32)}),
            "sequence_lens is given of LSTM y, allowed is sequences that all have the length of the input",
        ),
        (
            one(inputs=["", "h"], more={"h": real(1, 2, 5)}),
            "initial_h differs from sample to sample of LSTM y, allowed is the same for all",
        ),
        (
            one(inputs=["", "", "c"], more={"c": real(2, 5)}),
            r"initial_c has shape \(2, 5\) of LSTM y, allowed is \[directions, batch, 5\] of 1 directions",
        ),
        (one(inputs=["", "", "", "p"], more={"p": real(1, 15)}), "P is given of LSTM y, allowed is an LSTM without"),
        (one("GRU", shape=(MOST_STEPS + 1, 1, 3)), f"steps of the model up to here are {MOST_STEPS + 1} of"),
        (
            one("GRU", after=[("Softmax", "Y", "y", {"axis": -1})]),
            "axis 2 of the input is the batch of Softmax y, allowed is a Transpose before it that puts the batch first",
        ),
        (
            one("GRU", after=[("Gather", "Y first", "y", {"axis": 2})], more={"first": np.array(0)}),
            r"axis 2 at 0\.0 of Gather y, allowed is rising places at equal distances, beside the batch",
        ),
        (
            one("GRU", after=[("Reshape", "Y s", "y", {})], more={"s": np.array([2, 1, -1])}),
            r"shape \[2, 1, -1\] of \(4, 1, 1, 5\) of Reshape y",
        ),
        (
            one("GRU", after=[("Transpose", "Y", "t", {"perm": [0, 1, 3, 2]}), ("MatMul", "t w", "y", {})],
                more={"w": real(1, 2)}),
            "axis 3 of the input is the batch of MatMul y, allowed is values along the last axis",
        ),
    ],
)  # fmt: skip
def test_what_is_not_unrolled_is_refused(made, message):
    refused(made, message)


def test_initial_states_that_depend_on_the_input_are_refused():
    names, constants = recurrent(RNG, "GRU", 3, 5)
    nodes = [("Transpose", "x", "t", {"perm": [1, 0, 2]}), ("Slice", "t s e", "h", {})]
    made = model(
        [*nodes, ("GRU", ["t", *names[1:4], "", "h"], "y", {"hidden_size": 5})],
        ["N", 4, 3],
        constants | {"s": np.array([0]), "e": np.array([1])},
    )
    refused(made, "initial_h depends on the input of GRU y, allowed is a constant, or none")


def test_steps_of_all_layers_are_counted():
    refused(layers(RNG, "RNN", count=3, steps=MOST_STEPS // 2), "steps of the model up to here are 768 of RNN s2")


def test_changed_bytes_are_refused_or_read():
    made = one("GRU", inputs=["", "h"], more={"h": real(1, 1, 5)}, linear_before_reset=1, layout=0)
    changed_bytes_are_refused_or_read(made, import_onnx, RNG)
