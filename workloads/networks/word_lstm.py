"""The word-level language model as one network: the embeddings of a few words in, the scores of the next word out.

It is the ONNX model that a framework would export, an ``LSTM`` node and a ``Gemm`` behind it, as the importer unrolls
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.graph import Graph

from .extras import extra
from .lstm import LanguageModel

if TYPE_CHECKING:
    import onnx

__all__ = ["random_model", "word_lstm", "word_lstm_model"]

_GATES = (0, 3, 1, 2)  # of PyTorch's order i, f, g, o: ONNX's i, o, f, c


def word_lstm(model: LanguageModel, words: int = 4) -> Graph:
    """The `Graph` of inputs [words, values of an embedding]: scores of the word behind them, from a state of zeros.
    `DataMissing` if ``onnx`` is not installed."""
    extra("onnx")
    from lowtide.compiler.onnx.importer import import_onnx

    return import_onnx(word_lstm_model(model, words))


def word_lstm_model(model: LanguageModel, words: int) -> onnx.ModelProto:
    """The same as an ONNX model of inputs [words, batch, values of an embedding]."""
    from onnx import TensorProto, helper, numpy_helper

    width, hidden = len(model.input_weight), len(model.hidden_weight)
    constants = {
        "W": _rows(model.input_weight),
        "R": _rows(model.hidden_weight),
        "B": np.concatenate([_rows(model.bias[None])[..., 0], np.zeros((1, model.bias.size), np.float32)], axis=1),
        "directions": np.array([0]),
        "scores weight": model.output_weight,
        "scores bias": model.output_bias,
    }
    nodes = [
        helper.make_node("LSTM", ["words", "W", "R", "B"], ["", "last"], name="lstm", hidden_size=hidden),
        helper.make_node("Squeeze", ["last", "directions"], ["hidden"], name="hidden"),
        helper.make_node("Gemm", ["hidden", "scores weight", "scores bias"], ["scores"], name="scores"),
    ]
    graph = helper.make_graph(
        nodes,
        "word LSTM",
        [helper.make_tensor_value_info("words", TensorProto.FLOAT, [words, "batch", width])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["batch", len(model.output_bias)])],
        [numpy_helper.from_array(np.ascontiguousarray(values), name) for name, values in constants.items()],
    )
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])


def random_model(*, width: int = 256, words: int = 10_001, seed: int = 7) -> LanguageModel:
    """A model with random weights.

    Parameters
    ----------
    width : int
        Of embeddings and states.
    words : int
        Of the vocabulary.
    seed : int
    """
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> NDArray[np.float32]:
        return rng.normal(0, width**-0.5, shape).astype(np.float32)

    embedding = rng.normal(size=(words, width)).astype(np.float32)
    return LanguageModel(
        embedding=embedding,
        input_weight=drawn(width, 4 * width),
        hidden_weight=drawn(width, 4 * width),
        bias=drawn(4 * width),
        output_weight=embedding.T,
        output_bias=drawn(words),
        vocabulary=tuple(map(str, range(words))),
    )


def _rows(weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Columns of the gates as ONNX's rows of the one direction: float32 [1, 4 H, inputs]."""
    gates = np.split(weight, 4, axis=1)
    return np.concatenate([gates[place].T for place in _GATES])[None]
