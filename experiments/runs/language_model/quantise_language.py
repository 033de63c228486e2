"""The language model in integers, rounded plainly or with its errors compensated.

W, U and the output matrix are weights of the format under test; x and h have 8 bits or fewer. Compensation sees the
gates as one product of [x, h] with [W; U] (512 rows), on text with the float network's h rounded to codes, and the
output matrix on the h that the quantised LSTM makes of that text.

Source: lowtide.golden.network.lstm.lstm, lowtide.golden.compensate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.compensate import Compensation, Moments, NetworkCompensation, compensate
from lowtide.golden.network import QuantisedWeights
from lowtide.golden.network.lstm.lstm import LSTM
from lowtide.golden.network.lstm.quantised_lstm import QuantisedLSTM
from lowtide.golden.network.quantised.layer import QuantisedLayer
from lowtide.golden.number_formats import FixedPoint, Format
from lowtide.golden.reveal import top_terms
from lowtide.workloads.networks.lstm import STREAMS, streams_of

from .language import QuantisedLanguage

if TYPE_CHECKING:
    from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
    from lowtide.workloads.networks.lstm import LanguageModel

    from .language import Language

__all__ = ["LanguageForm", "quantise_language"]

_BLOCK = 32  # times that are there together


@dataclass(frozen=True, kw_only=True)
class LanguageForm:
    """How the language model is quantised.

    Parameters
    ----------
    weights : Format
        Of all weights.
    x_bits : int
        Of x and h.
    data_terms : int
        Terms that are kept of x and h, 0 are all.
    encoding : str
        Of terms.
    compensation : Compensation or None
        None rounds plainly.
    """

    weights: Format
    x_bits: int = 8
    data_terms: int = 0
    encoding: str = "hese"
    compensation: Compensation | None = None


def quantise_language(task: Language, form: LanguageForm) -> QuantisedLanguage:
    """The `QuantisedLanguage` of a `Language` in a `LanguageForm`."""
    model = task.model
    cell = LSTM(model.input_weight, model.hidden_weight, model.bias)
    x_quantiser = FixedPoint(form.x_bits).fit(model.embedding)
    embedding, output = x_quantiser.encode(model.embedding), np.asarray(model.output_weight, np.float64)
    if form.compensation is None:
        weights: Any = [
            QuantisedWeights.of_format(each, form.weights) for each in (cell.input_weight, cell.hidden_weight)
        ]
        last = _output(QuantisedWeights.of_format(output, form.weights), model.output_bias, form)
        return QuantisedLanguage(embedding, _lstm(cell, x_quantiser, weights, form), last)
    inputs, _ = streams_of(task.calibration)
    zeros = (np.zeros((STREAMS, len(model.hidden_weight)), np.float32),) * 2
    h, _ = model.hidden(inputs, zeros)
    weights, shift = _compensated_gates(model, inputs, h, x_quantiser, form)
    lstm = _lstm(replace(cell, bias=cell.bias + shift), x_quantiser, weights, form)
    codes = lstm.run_integers(embedding[inputs.T])[0].transpose(1, 0, 2)
    moments = Moments()
    for start in range(0, len(inputs), _BLOCK):
        some = slice(start, start + _BLOCK)
        seen = _seen(codes[some], lstm.h_quantiser, form)
        moments.add(seen.reshape(1, -1, len(output)), h[some].reshape(-1, len(output)) @ model.output_weight)
    weights, shift = _compensated(moments, output, form)
    return QuantisedLanguage(embedding, lstm, _output(weights, model.output_bias + shift, form))


def _compensated_gates(
    model: LanguageModel,
    inputs: NDArray[np.integer],
    h: NDArray[np.float32],
    x_quantiser: FixedPointQuantiser,
    form: LanguageForm,
) -> tuple[Any, NDArray[np.float64]]:
    """((weights of W, of U), what to add to the bias). inputs: [time, streams]. h: the float model's after each."""
    largest = 1 - 2.0 ** (1 - form.x_bits)  # h has the scale 2^-(n-1)
    h_quantiser = FixedPoint(form.x_bits, power_of_two=True).of_range(-largest, largest)
    x, before = model.embedding[inputs], np.concatenate([np.zeros_like(h[:1]), h[:-1]])
    seen = [
        _seen(quantiser.encode(data), quantiser, form) for data, quantiser in ((x, x_quantiser), (before, h_quantiser))
    ]
    rows = np.concatenate(seen, axis=-1).reshape(1, inputs.size, -1)
    moments = Moments()
    moments.add(rows, (x @ model.input_weight + before @ model.hidden_weight).reshape(inputs.size, -1))
    whole, shift = _compensated(moments, np.concatenate([model.input_weight, model.hidden_weight]), form)
    wide = x.shape[-1]
    return [
        replace(whole, values=whole.values[some], integers=whole.whole[some])
        for some in (slice(None, wide), slice(wide, None))
    ], shift


def _compensated(
    moments: Moments, matrix: NDArray[Any], form: LanguageForm
) -> tuple[QuantisedWeights, NDArray[np.float64]]:
    """(`QuantisedWeights`, what to add to the bias)."""
    best = moments.regression(matrix.astype(np.float64), NetworkCompensation().lean)
    found = compensate(best, moments.forms, form.weights, form.compensation)
    weights = QuantisedWeights.of_quantiser(found.values, found.quantiser, form.weights)
    return weights, moments.bias(found.values)


def _seen(codes: NDArray[np.integer], quantiser: FixedPointQuantiser, form: LanguageForm) -> NDArray[np.float32]:
    """The real numbers that are multiplied: float32 of the shape of codes."""
    if form.data_terms:
        codes = top_terms(codes, form.data_terms, encoding=form.encoding, bits=form.x_bits, signed=True)
    return (codes * quantiser.scale).astype(np.float32)


def _lstm(
    cell: LSTM, x_quantiser: FixedPointQuantiser, weights: tuple[QuantisedWeights, QuantisedWeights], form: LanguageForm
) -> QuantisedLSTM:
    lstm = QuantisedLSTM.quantise(cell, x_quantiser, weights, h_bits=form.x_bits, data_terms=form.data_terms)
    layers = {name: replace(getattr(lstm, name), encoding=form.encoding) for name in ("inputs", "recurrent")}
    return replace(lstm, **layers)


def _output(weights: QuantisedWeights, bias: ArrayLike, form: LanguageForm) -> QuantisedLayer:
    return QuantisedLayer(
        name="output",
        weights=weights,
        bias=np.asarray(bias, np.float64),
        geometry=None,
        x_bits=form.x_bits,
        x_signed=True,
        data_terms=form.data_terms,
        encoding=form.encoding,
    )
