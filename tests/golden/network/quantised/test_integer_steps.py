"""Every step of the integer network against its statement in Python integers, and fake quantisation against both."""

from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np
import pytest

from lowtide.golden import top_terms
from lowtide.golden.network import Graph, Node, Plan, quantise_graph, run_fake_quantised
from lowtide.golden.network.floating.operations import evaluate
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint
from lowtide.golden.number_formats.integers.revealed import TermRevealed

ASYMMETRIC = FixedPoint(8, signed=False, symmetric=False)
POWER = FixedPoint(power_of_two=True)


def slow_step(step, inputs, layer, quantiser, method):
    """The codes of one step in Python integers and fractions, written from the definitions.

    inputs: IntegerTensors. method: of requantisation.
    """
    centred = [tensor.codes.astype(object) - int(tensor.quantiser.zero_point) for tensor in inputs]
    scales = [float(tensor.quantiser.scale) for tensor in inputs]
    if layer is not None:
        cut = lambda codes: top_terms(  # noqa: E731
            codes, layer.data_terms or 16, bits=layer.x_bits, signed=layer.x_signed
        ).astype(object)
        zero = np.array(int(inputs[0].quantiser.zero_point))
        outside = int(cut(zero)) - int(zero)
        parts = [slow_accumulators(step, cut(inputs[0].codes) - int(zero), outside, scales[0], layer)]
    elif step.op in ("add", "clip"):
        parts = [(values, np.full(values.shape[-1], scale)) for values, scale in zip(centred, scales, strict=True)]
    else:
        raise AssertionError(step.op)
    ratios = [[Fraction(scale / float(quantiser.scale)) for scale in scale_row] for _, scale_row in parts]
    if method == "multiplier and shift":
        ratios = list(zip(*(of_16_bits(channel) for channel in zip(*ratios, strict=True)), strict=True))
    rounded = round if method == "real" else lambda total: floor(total + Fraction(1, 2))
    low, high = quantiser.format.integer_range
    zero = int(quantiser.zero_point)
    for limit, is_low in zip(step.limits, (True, False), strict=True):
        if np.isfinite(limit):
            code = round(Fraction(limit) / Fraction(float(quantiser.scale))) + zero
            low, high = (max(low, code), high) if is_low else (low, min(high, code))
    codes = np.empty(parts[0][0].shape, object)
    for index in np.ndindex(*codes.shape):
        total = sum(int(values[index]) * ratio[index[-1]] for (values, _), ratio in zip(parts, ratios, strict=True))
        codes[index] = max(low, min(high, rounded(total) + zero))
    return codes.astype(np.int64)


def slow_accumulators(step, x, outside, scale, layer):
    """sum x w + round(b / (s_w s_x)) by loops over the window; x, outside: integers less the zero point."""
    weights = layer.weights.integers.astype(object)
    bias = [
        round(Fraction(float(b)) / Fraction(float(s * scale)))
        for b, s in zip(layer.bias, layer.weights.scale, strict=True)
    ]
    if step.op == "linear":
        sums = x.dot(weights)
    elif step.op == "batch_norm":
        sums = x * weights[0]
    else:
        geometry = layer.geometry
        rows, columns = geometry.output_size(*x.shape[1:3])
        outputs, deep = weights.shape[1], x.shape[3] // geometry.groups
        kernel = weights.reshape(*geometry.size, deep, outputs)
        sums = np.zeros((x.shape[0], rows, columns, outputs), object)
        for b, i, j, n in np.ndindex(*sums.shape):
            first = n // (outputs // geometry.groups) * deep
            for u, v, c in np.ndindex(*geometry.size, deep):
                row = i * geometry.stride[0] + u - geometry.padding[0]
                column = j * geometry.stride[1] + v - geometry.padding[1]
                inside = 0 <= row < x.shape[1] and 0 <= column < x.shape[2]
                sums[b, i, j, n] += (x[b, row, column, first + c] if inside else outside) * kernel[u, v, c, n]
    return sums + np.array(bias, object), layer.weights.scale * scale


def recorded(network, x):
    tensors = {}
    network.run_integers(x, record=tensors.__setitem__)
    return tensors


PLANS = {
    "default": Plan(output="quantised"),
    "asymmetric": Plan(output="quantised", activations=ASYMMETRIC),
    "signed asymmetric, per tensor": Plan(
        output="quantised", activations=FixedPoint(6, symmetric=False), per_channel=False
    ),
    "real": Plan(output="quantised", requantisation="real"),
    "real, dynamic": Plan(output="quantised", requantisation="real", scales="dynamic", activations=ASYMMETRIC),
    "power of two": Plan(output="quantised", requantisation="power of two", weights=POWER, activations=POWER),
    "signed": Plan(output="quantised", signs="as given"),
    "dynamic": Plan(output="quantised", scales="dynamic"),
    "dynamic asymmetric": Plan(output="quantised", scales="dynamic", activations=ASYMMETRIC),
    "revealed": Plan(output="quantised", weights=TermRevealed(group=8, budget=10)),
    "data terms": Plan(output="quantised", data_terms=2),
    "data terms around a zero point": Plan(output="quantised", activations=ASYMMETRIC, data_terms=1),
    "16 bit": Plan(output="quantised", weights=FixedPoint(16), activations=FixedPoint(12)),
}


@pytest.mark.parametrize("name", PLANS)
def test_every_layer_is_its_statement_in_python_integers(everything, name):
    plan, rng = PLANS[name], np.random.default_rng(1)
    network = quantise_graph(everything, rng.normal(size=(20, 4, 3, 2)), plan)
    tensors, checked = recorded(network, rng.normal(size=(3, 4, 3, 2))), set()
    for step in network.steps:
        inputs = [tensors[each] for each in step.inputs]
        if step.name in network.layers or step.op in ("add", "clip"):
            result = tensors[step.name]
            slow = slow_step(step, inputs, network.layers.get(step.name), result.quantiser, plan.requantisation)
            assert result.codes.tolist() == slow.tolist(), step.name
            checked.add(step.op)
    assert checked >= {"conv", "batch_norm", "linear", "clip"}


def of_16_bits(scales):
    """The fractions m_i / 2^n that stand for the scales of a sum: n is the largest with m_i < 2^16."""
    shift = 47
    while floor(max(scales) * 2**shift + Fraction(1, 2)) >= 2**16:
        shift -= 1
    return [Fraction(floor(scale * 2**shift + Fraction(1, 2)), 2**shift) for scale in scales]


@pytest.mark.parametrize("name", PLANS)
def test_pools_concat_and_tables_are_within_half_a_step(everything, name):
    """Half a step of rounding, and what multipliers of 16 bits add: the largest code times 2^-16."""
    plan, rng = PLANS[name], np.random.default_rng(2)
    network = quantise_graph(everything, rng.normal(size=(20, 4, 3, 2)), plan)
    tensors = recorded(network, rng.normal(size=(3, 4, 3, 2)))
    for step in network.steps:
        if step.op in ("conv", "linear", "batch_norm", "add", "clip"):
            continue
        result = tensors[step.name]
        exact = np.clip(evaluate(step.node, [tensors[each].real() for each in step.inputs]), *step.limits)
        scale = float(result.quantiser.scale)
        low, high = (float(result.quantiser.decode(np.array(code))) for code in result.quantiser.format.integer_range)
        error = np.abs(result.real() - np.clip(exact, low, high)).max() / scale
        if step.op in ("max_pool", "flatten"):
            assert error == 0 and result.quantiser is tensors[step.inputs[0]].quantiser
        else:
            more = 1e-6 if plan.requantisation == "real" else 2.0 ** (result.quantiser.format.bits - 16)
            assert error <= 0.5 + more, step.name


def test_an_unlike_plan_is_noticed(everything):
    """The slow statement tells plans apart: the same network with other scales differs."""
    x = np.random.default_rng(1).normal(size=(20, 4, 3, 2))
    plain, shifted = (
        recorded(quantise_graph(everything, x, PLANS[name]), x)["a"].codes for name in ("default", "power of two")
    )
    assert not np.array_equal(plain, shifted)


@pytest.mark.parametrize("name", PLANS)
def test_fake_quantisation_agrees_to_a_tie(everything, name):
    """On each step's own inputs the two differ near ties only; end to end the outputs stay close."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(40, 4, 3, 2))
    network = quantise_graph(everything, x, PLANS[name])
    integer, fake = recorded(network, x), {}
    run_fake_quantised(network, x, record=fake.__setitem__)
    assert set(fake) == set(integer)
    for tensor, values in fake.items():
        scale = float(integer[tensor].quantiser.scale)
        steps = np.abs(values - integer[tensor].real()) / scale
        if PLANS[name].requantisation != "power of two":
            share, most = (0.01, 4.001) if PLANS[name].requantisation == "real" else (0.05, 4.001)
            if integer[tensor].quantiser.format.bits > 8:  # 2^bits 2^-16 of a step is more
                share, most = 0.1, 16
            assert (steps > 0.5).mean() < share and steps.max() < most, tensor
        elif tensor in ("input", "a"):
            assert steps.max() < 1.001


@pytest.mark.parametrize("name", ["default", "asymmetric", "data terms"])
def test_on_equal_inputs_the_rule_of_hardware_is_within_a_step_of_onnx(everything, name):
    """Multipliers of 16 bits and halves upwards, against real factors and ties to even: a step, and seldom."""
    rng, compared = np.random.default_rng(4), []
    network = quantise_graph(everything, rng.normal(size=(20, 4, 3, 2)), PLANS[name])
    tensors = recorded(network, rng.normal(size=(200, 4, 3, 2)))
    onnx = replace(network, plan=replace(network.plan, requantisation="real"))
    for step in network.steps:
        theirs = onnx.computed(step, [tensors[each] for each in step.inputs]).codes
        compared.append(np.abs(theirs - tensors[step.name].codes).ravel())
        assert compared[-1].max() <= 1, step.name
    assert 0 < np.concatenate(compared).mean() < 0.01


def test_fake_quantisation_pads_what_the_array_multiplies():
    """Data of -1..2 around a zero point of 85: one term of it is 64, so padding counts as 64 - 85 steps."""
    attributes = {"padding": (1, 1, 1, 1)}
    conv = Node(name="c", op="conv", inputs=("input",), weight=np.ones((3, 3, 1, 1)), attributes=attributes)
    graph = Graph((conv,), (3, 3, 1))
    x = np.linspace(-1, 2, 9).reshape(1, 3, 3, 1)
    network = quantise_graph(graph, x, Plan(activations=ASYMMETRIC, data_terms=1))
    assert int(network.quantisers["input"].zero_point) == 85
    assert np.allclose(network.run(x), run_fake_quantised(network, x), rtol=0, atol=1e-12)
    assert abs(network.run(x) - graph.run(x)).max() > 0.5


def test_depthwise_sums_beyond_24_bits_are_exact():
    rng = np.random.default_rng(0)
    node = Node(name="d", op="conv", inputs=("input",), weight=rng.normal(size=(5, 5, 1, 8)), attributes={"groups": 8})
    graph, x = Graph((node,), (9, 9, 8)), rng.normal(size=(2, 9, 9, 8))
    for bits in (8, 12, 16):
        network = quantise_graph(graph, x, Plan(weights=FixedPoint(bits), activations=FixedPoint(bits)))
        layer, codes = network.layers["d"], network.quantised_input(x).codes
        by_groups = lambda rows, part: rows.astype(np.int64) @ part.weights.integers.astype(np.int64)  # noqa: E731
        assert np.array_equal(
            *(layer.accumulators(codes, network.quantisers["input"], product)[0] for product in (None, by_groups))
        )
        assert abs(layer.accumulators(codes, network.quantisers["input"])[0]).max() > 1 << (2 * bits - 3)
