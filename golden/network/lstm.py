"""A long short-term memory (LSTM) layer in floating point and in integers.

The gates i, f, g, o lie side by side in 4 H columns::

    a = x W + h U + b        c = sigmoid(a_f) c + sigmoid(a_i) tanh(a_g)        h = sigmoid(a_o) tanh(c)

In integers x and h are codes with scales, W and U integers with a scale per column. The two accumulators are aligned
and added in one requantisation to gate codes of ``gate_bits`` bits of scale ``8 / 2^(gate_bits-1)``, b as 32-bit
integers in the first. Tables give 16-bit values of scale 2^-14. The cell state is 16-bit fixed point of scale 2^-11,
-16..16::

    c = clip(round((f c 2^3 + i g) / 2^17))        h = clip(round(o tanh(c) / 2^(28-(n-1))))

with tanh(c) looked up at c rounded to gate_bits bits, and h of n bits and scale 2^-(n-1). All rounding is to nearest,
halves upwards, that of tables ties to even.

Source: Hochreiter, Schmidhuber 1997, with the forget gate of Gers, Schmidhuber, Cummins 2000, in the order of gates of
PyTorch; integer LSTM: Jacob et al., arXiv 1712.05877, and its tables of sigmoid and tanh in 16-bit fixed point.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..functions import Table, round_shift
from ..functions.codes import Codes
from ..number_formats.fixed_point import FixedPoint, FixedPointQuantiser
from ..pe.fields import check_choice
from ..quantise import finite_array
from ..terms import check_bits, check_integer
from .layer import QuantisedLayer
from .requantisation import MULTIPLIER_BITS, REQUANTISATIONS, check_multiplier_bits, requantise_sum

__all__ = ["LSTM", "QuantisedLSTM"]

GATES = 4
_GATE_RANGE = 8  # gate sums are clipped to -8..8
_FRACTION = 14  # of what the tables give
_CELL_FRACTION, _CELL_LIMIT, _CELL_BITS = 11, (1 << 15) - 1, 16
_NO_LIMITS = (-np.inf, np.inf)


@dataclass(frozen=True, eq=False)
class LSTM:
    """input_weight [inputs, 4 H], hidden_weight [H, 4 H], bias [4 H]: real numbers, gates i, f, g, o. ValueError for
    other shapes, NaN and infinities."""

    input_weight: np.ndarray
    hidden_weight: np.ndarray
    bias: np.ndarray

    def __post_init__(self):
        for name in ("input_weight", "hidden_weight", "bias"):
            object.__setattr__(self, name, finite_array(name, getattr(self, name)))
        shapes = self.input_weight.shape, self.hidden_weight.shape, self.bias.shape
        wide = self.bias.size
        hidden = wide // GATES
        if len(shapes[0]) != 2 or shapes != ((shapes[0][0], wide), (hidden, GATES * hidden), (wide,)) or not hidden:
            raise ValueError(
                f"input_weight, hidden_weight, bias have shapes {shapes}, allowed are [inputs, 4 H], [H, 4 H], [4 H]"
            )

    def run(self, x, state=None):
        """``(h, (last h, last c))`` of a sequence: h float64 [batch, time, H].

        x: real numbers [batch, time, inputs]. state: (h, c), each [batch, H], zeros if None.
        """
        x = self.checked(x)
        hidden = self.bias.size // GATES
        h, c = (np.zeros((x.shape[0], hidden)), np.zeros((x.shape[0], hidden))) if state is None else state
        given, outputs = x @ self.input_weight + self.bias, []
        for time in range(x.shape[1]):
            i, f, g, o = np.split(given[:, time] + h @ self.hidden_weight, GATES, axis=1)
            c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
            h = _sigmoid(o) * np.tanh(c)
            outputs.append(h)
        return np.stack(outputs, axis=1), (h, c)

    def checked(self, x):
        """``x`` as float64 [batch, time, inputs], each >= 1, else ValueError."""
        x, inputs = finite_array("x", x), self.input_weight.shape[0]
        if x.ndim != 3 or x.shape[2] != inputs or 0 in x.shape:
            raise ValueError(f"x has shape {x.shape}, allowed is [batch, time, {inputs}] with batch, time >= 1")
        return x


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedLSTM:
    """An LSTM in integers, made by `quantise`. inputs, recurrent: the layers of W, with the bias, and of U.

    x_quantiser: of the data. h_bits: n, 2..16. gate_bits: 6..16. requantisation,
    multiplier_bits: see `lowtide.golden.network.requantisation`.
    """

    lstm: LSTM
    inputs: QuantisedLayer
    recurrent: QuantisedLayer
    x_quantiser: FixedPointQuantiser
    h_bits: int = 8
    gate_bits: int = 12
    requantisation: str = REQUANTISATIONS[0]
    multiplier_bits: int = MULTIPLIER_BITS

    def __post_init__(self):
        check_choice("requantisation", self.requantisation, REQUANTISATIONS)
        check_multiplier_bits(self.multiplier_bits)
        check_bits("h_bits", self.h_bits)
        check_integer("gate_bits", self.gate_bits, 6, 16)

    @classmethod
    def quantise(cls, lstm, x_quantiser, weights, *, data_terms=0, **fields):
        """``weights``: (of W, of U), `lowtide.golden.network.weights.QuantisedWeights`. data_terms: the highest terms
        of every datum that are multiplied, 0 for all. fields: h_bits to multiplier_bits of the class.
        ValueError for weights of other shapes or without integers."""
        layers, h_bits = [], fields.get("h_bits", cls.h_bits)
        for name, given, matrix, bias, bits, signed in (
            ("inputs", weights[0], lstm.input_weight, lstm.bias, x_quantiser.format.bits, x_quantiser.format.signed),
            ("recurrent", weights[1], lstm.hidden_weight, np.zeros(lstm.bias.size), h_bits, True),
        ):
            if given.integers is None or given.values.shape != matrix.shape:
                raise ValueError(
                    f"weights of {name} are {given.name} of shape {given.values.shape}, allowed are integers times a "
                    f"scale per column of shape {matrix.shape}"
                )
            layers.append(
                QuantisedLayer(
                    name=name,
                    weights=given,
                    bias=bias,
                    geometry=None,
                    x_bits=bits,
                    x_signed=signed,
                    data_terms=data_terms,
                )
            )
        return cls(lstm=lstm, inputs=layers[0], recurrent=layers[1], x_quantiser=x_quantiser, **fields)

    @cached_property
    def h_quantiser(self):
        """Of h: codes of n bits, scale 2^-(n-1)."""
        return _binary_point(self.h_bits, self.h_bits - 1)

    @cached_property
    def gate_quantiser(self):
        """Of the gate sums: codes of gate_bits bits, scale 8 / 2^(gate_bits-1)."""
        return _binary_point(self.gate_bits, self.gate_bits - 1 - int(np.log2(_GATE_RANGE)))

    @cached_property
    def tables(self):
        """(sigmoid of gates, tanh of gates, tanh of the cell state), `lowtide.golden.functions.Table`."""
        gate = float(self.gate_quantiser.scale)
        cell = 2.0 ** (_CELL_BITS - self.gate_bits - _CELL_FRACTION)
        return tuple(
            Table(Codes(function=function, x_scale=scale, x_bits=self.gate_bits, y_bits=16, one=1 << _FRACTION))
            for function, scale in (("sigmoid", gate), ("tanh", gate), ("tanh", cell))
        )

    def run(self, x, state=None, *, product=None):
        """``(h, state)`` of a sequence of real ``x`` [batch, time, inputs]: h float64 [batch, time, H]; state: codes
        (h, c), int64 [batch, H] each, as given, zeros if None. product: as
        `lowtide.golden.network.layer.QuantisedLayer.accumulators`."""
        codes, state = self.run_integers(self.x_quantiser.encode(self.lstm.checked(x)), state, product=product)
        return self.h_quantiser.decode(codes), state

    def run_integers(self, x, state=None, *, product=None):
        """`run` with codes of x, int32, and of h, int64."""
        hidden = self.lstm.bias.size // GATES
        h, c = (np.zeros((x.shape[0], hidden), np.int64),) * 2 if state is None else state
        given, scale = self.inputs.accumulators(x, self.x_quantiser, product)
        outputs = []
        for time in range(x.shape[1]):
            again = self.recurrent.accumulators(h, self.h_quantiser, product)
            parts = [(given[:, time], scale), again]
            gates = requantise_sum(parts, self.gate_quantiser, _NO_LIMITS, self.requantisation, self.multiplier_bits)
            h, c = self.cell(gates, c)
            outputs.append(h)
        return np.stack(outputs, axis=1), (h, c)

    def cell(self, gates, c):
        """The codes of the next (h, c), int64 [batch, H], of gate codes [batch, 4 H] and c."""
        sigmoid, tanh, tanh_of_cell = self.tables
        tables = sigmoid, sigmoid, tanh, sigmoid
        i, f, g, o = (
            table(codes).astype(np.int64) for table, codes in zip(tables, np.split(gates, GATES, axis=1), strict=True)
        )
        lift = _FRACTION - _CELL_FRACTION
        c = round_shift((f * c << lift) + i * g, np.array(2 * _FRACTION - _CELL_FRACTION))
        c = np.clip(c, -_CELL_LIMIT, _CELL_LIMIT)
        places = np.minimum(round_shift(c, np.array(_CELL_BITS - self.gate_bits)), (1 << (self.gate_bits - 1)) - 1)
        products = o * tanh_of_cell(places)
        h = round_shift(products, np.array(2 * _FRACTION - (self.h_bits - 1)))
        largest = (1 << (self.h_bits - 1)) - 1
        return np.clip(h, -largest, largest), c


def _binary_point(bits, fraction):
    """Signed fixed point of scale 2^-fraction."""
    largest = ((1 << (bits - 1)) - 1) / (1 << fraction)
    return FixedPoint(bits, power_of_two=True).of_range(-largest, largest)


def _sigmoid(x):
    return (np.tanh(x / 2) + 1) / 2
