"""The LSTM layer: worked examples, Python integers, and nearness of the integer layer to the float one."""

import math
from fractions import Fraction

import numpy as np
import pytest

from lowtide.golden import Array, Mode
from lowtide.golden.network import QuantisedWeights
from lowtide.golden.network.arrays.array_product import ArrayProduct
from lowtide.golden.network.lstm.lstm import LSTM
from lowtide.golden.network.lstm.quantised_lstm import QuantisedLSTM
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint
from lowtide.golden.number_formats.integers.revealed import TermRevealed


def random_lstm(inputs=6, hidden=5, seed=0):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(rows, 4 * hidden)) * 0.6 for rows in (inputs, hidden)]
    return LSTM(*weights, rng.normal(size=4 * hidden) * 0.3), rng.normal(size=(3, 9, inputs))


def quantised(lstm, x, format=None, x_format=None, **options):
    matrices = lstm.input_weight, lstm.hidden_weight
    weights = tuple(QuantisedWeights.of_format(matrix, format or FixedPoint()) for matrix in matrices)
    return QuantisedLSTM.quantise(lstm, (x_format or FixedPoint()).fit(x), weights, **options)


def test_one_step_of_a_worked_example():
    """Gates i, f, g, o of one unit: sums 0, ln 3, ln 2, -ln 3 give 1/2, 3/4, 3/5, 1/4."""
    sums = np.array([0, math.log(3), math.log(2), -math.log(3)])
    lstm = LSTM(sums[None], np.zeros((1, 4)), np.zeros(4))
    h, (last, c) = lstm.run(np.ones((1, 1, 1)), (np.zeros((1, 1)), np.full((1, 1), 0.4)))
    assert np.allclose(c, 0.75 * 0.4 + 0.5 * 0.6) and np.allclose(h, 0.25 * np.tanh(0.6)) and (h[:, 0] == last).all()


def test_a_sequence_is_its_parts_with_the_state_carried():
    lstm, x = random_lstm()
    integer = quantised(lstm, x)
    for layer in (lstm, integer):
        whole, state = layer.run(x)
        first, between = layer.run(x[:, :4])
        second, last = layer.run(x[:, 4:], between)
        assert np.array_equal(whole, np.concatenate([first, second], axis=1))
        assert all(np.array_equal(a, b) for a, b in zip(state, last, strict=True))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"requantisation": "real"},
        {"h_bits": 6, "gate_bits": 9},
        {"data_terms": 2},
        {"h_bits": 12, "gate_bits": 16},
    ],
)
@pytest.mark.parametrize("x_format", [FixedPoint(), FixedPoint(8, signed=False, symmetric=False)])
def test_every_step_is_its_statement_in_python_integers(options, x_format):
    lstm, x = random_lstm()
    layer = quantised(lstm, x, x_format=x_format, **options)
    h_bits, gate_bits = options.get("h_bits", 8), options.get("gate_bits", 12)
    codes = layer.x_quantiser.encode(x)
    found, (last_h, last_c) = layer.run_integers(codes)
    limit = (1 << (gate_bits - 1)) - 1
    clip = lambda value, largest: max(-largest, min(largest, value))  # noqa: E731
    nearest = lambda value: math.floor(value + Fraction(1, 2))  # noqa: E731
    sigmoid = lambda code, scale: round(2**14 / (1 + math.exp(-code * scale)))  # noqa: E731
    tanh = lambda code, scale: round(2**14 * math.tanh(code * scale))  # noqa: E731
    gate, zero = 8 / 2 ** (gate_bits - 1), int(layer.x_quantiser.zero_point)
    cell = 2.0 ** (16 - gate_bits - 11)
    for sample in range(x.shape[0]):
        h, c = [0] * 5, [0] * 5
        for time in range(x.shape[1]):
            seen, again = layer.inputs.seen(codes[sample, time]), layer.recurrent.seen(np.array(h))
            sums = []
            for n in range(20):
                s_x = layer.inputs.weights.scale[n] * layer.x_quantiser.scale
                s_h = layer.recurrent.weights.scale[n] * 2.0 ** (1 - h_bits)
                of_x, of_h = (part.weights.integers[:, n] for part in (layer.inputs, layer.recurrent))
                from_x = sum(int(v) * int(w) for v, w in zip(seen, of_x, strict=True))
                from_x += round(lstm.bias[n] / s_x) - zero * int(of_x.sum())
                from_h = sum(int(v) * int(w) for v, w in zip(again, of_h, strict=True))
                scales = [Fraction(s_x / gate), Fraction(s_h / gate)]
                if options.get("requantisation") == "real":
                    sums.append(clip(round(from_x * scales[0] + from_h * scales[1]), limit))
                    continue
                shift = 47  # the largest at which both multipliers have 16 bits
                while nearest(max(scales) * 2**shift) >= 2**16:
                    shift -= 1
                total = from_x * nearest(scales[0] * 2**shift) + from_h * nearest(scales[1] * 2**shift)
                sums.append(clip(nearest(Fraction(total, 2**shift)), limit))
            for unit in range(5):
                i, f, g, o = sums[unit::5]
                fraction = Fraction(sigmoid(f, gate) * c[unit] * 8 + sigmoid(i, gate) * tanh(g, gate), 2**17)
                c[unit] = clip(nearest(fraction), 2**15 - 1)
                place = min(nearest(Fraction(c[unit], 2 ** (16 - gate_bits))), limit)
                fraction = Fraction(sigmoid(o, gate) * tanh(place, cell), 2 ** (29 - h_bits))
                h[unit] = clip(nearest(fraction), 2 ** (h_bits - 1) - 1)
            assert found[sample, time].tolist() == h, (sample, time)
        assert last_h[sample].tolist() == h and last_c[sample].tolist() == c


def test_the_integer_layer_is_near_the_float_one():
    lstm, x = random_lstm(20, 30, seed=2)
    exact, _ = lstm.run(x)
    for bits, error in ((8, 0.08), (12, 0.008)):
        layer = quantised(lstm, x, FixedPoint(bits), FixedPoint(bits), h_bits=bits, gate_bits=min(bits + 4, 16))
        assert np.abs(layer.run(x)[0] - exact).max() < error


def test_the_cell_state_saturates_instead_of_wrapping():
    lstm = LSTM(np.zeros((1, 4)), np.zeros((1, 4)), np.array([30.0, 30.0, 30.0, 30.0]))
    layer = quantised(lstm, np.ones((1, 1, 1)))
    h, (_, c) = layer.run(np.ones((1, 40, 1)))
    assert 32000 < c[0, 0] <= 32767 and (np.diff(h[0, :, 0]) >= 0).all() and h[0, -1, 0] > 0.98


def test_an_lstm_on_an_array_gives_the_same_integers():
    lstm, x = random_lstm()
    layer = quantised(lstm, x, TermRevealed(group=8, budget=10), data_terms=3)
    multiply = ArrayProduct(Array(kind="term_pair", rows=4, cols=4, group=8), Mode())
    plain, on_array = layer.run(x), layer.run(x, product=multiply)
    assert np.array_equal(plain[0], on_array[0]) and len(multiply.results) == 1 + x.shape[1]


def test_bad_input_is_named():
    lstm, x = random_lstm()
    real = QuantisedWeights.of_format(lstm.input_weight, None)
    for make, line in (
        (lambda: LSTM(np.zeros((3, 8)), np.zeros((3, 8)), np.zeros(8)), "input_weight, hidden_weight, bias have"),
        (lambda: LSTM(np.zeros((3, 8)), np.zeros((2, 8)), np.full(8, np.nan)), "bias has nan"),
        (lambda: lstm.run(x[0]), "x has shape"),
        (lambda: lstm.run(x[:, :0]), "x has shape"),
        (lambda: quantised(lstm, x).run(x[:, :, :3]), "x has shape"),
        (lambda: quantised(lstm, x, h_bits=1), "h_bits is 1"),
        (lambda: quantised(lstm, x, gate_bits=5), "gate_bits is 5"),
        (lambda: quantised(lstm, x, requantisation="exact"), "requantisation is 'exact'"),
        (lambda: quantised(lstm, x, multiplier_bits=1), "multiplier_bits is 1"),
        (lambda: QuantisedLSTM.quantise(lstm, FixedPoint().fit(x), (real, real)), "weights of inputs are real of"),
    ):
        with pytest.raises(ValueError, match=line):
            make()
