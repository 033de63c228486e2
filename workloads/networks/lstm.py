"""A word-level language model on the Brown corpus: embedding, one LSTM layer, scores of the 10,001 words.

With the gates in PyTorch's order i, f, g, o::

    i, f, g, o = x W + h U + b        c = sigmoid(f) c + sigmoid(i) tanh(g)        h = sigmoid(o) tanh(c)

and ``scores = h E' + b'`` for the next word; E is the embedding too. The perplexity of a text is
``exp(-mean log softmax(scores)[next word])``.

Source: Hochreiter and Schmidhuber, 1997; the corpus and its 10,000 words: :mod:`lowtide.workloads.data.brown`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..data import brown as brown_corpus
from ..data import text
from ..data.packages import BROWN
from . import lstm_training
from .extras import extra
from .store import fingerprint, is_kept, kept

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "STREAMS",
    "LanguageModel",
    "is_trained",
    "language_model",
    "log_losses",
    "perplexity",
    "stream_losses",
    "streams_of",
]

STREAMS = 32  #: parts that a text is cut into, evaluated side by side, each from a state of zeros
_BLOCK = 35


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """The float model, arrays of float32.

    Parameters
    ----------
    embedding : ndarray [words, 256]
        Of each word.
    input_weight, hidden_weight : ndarray [256, 1024]
        To the four gates.
    bias : ndarray [1024]
        Of the gates.
    output_weight : ndarray [256, words]
        To the scores.
    output_bias : ndarray [words]
        Of the scores.
    vocabulary : tuple of str
        The words.
    """

    embedding: np.ndarray
    input_weight: np.ndarray
    hidden_weight: np.ndarray
    bias: np.ndarray
    output_weight: np.ndarray
    output_bias: np.ndarray
    vocabulary: tuple[str, ...]

    def hidden(
        self, inputs: NDArray[np.integer], state: tuple[NDArray[np.float32], NDArray[np.float32]]
    ) -> tuple[NDArray[np.float32], tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Hidden values after each word.

        Parameters
        ----------
        inputs : ndarray of int [time, streams]
            Word numbers.
        state : (ndarray, ndarray) of float32 [streams, 256]
            h and c before.

        Returns
        -------
        (ndarray of float32 [time, streams, 256], (ndarray, ndarray))
            Hidden values, and the state afterwards.
        """
        h, c = state
        projected = self.embedding[inputs] @ self.input_weight + self.bias
        found = np.empty((*inputs.shape, h.shape[1]), np.float32)
        for time, gates in enumerate(projected):
            i, f, g, o = np.split(gates + h @ self.hidden_weight, 4, axis=1)
            c = _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)
            found[time] = h = _sigmoid(o) * np.tanh(c)
        return found, (h, c)

    def scores(self, hidden: NDArray[np.float32]) -> NDArray[np.float32]:
        """float32 [..., words] of hidden values [..., 256]."""
        return hidden @ self.output_weight + self.output_bias


def language_model(console: Console | None = None) -> LanguageModel:
    """The trained `LanguageModel`, trained once; `DataMissing` without the corpus, or without PyTorch if it is not
    trained. console: where the progress bar goes."""
    corpus = brown_corpus.brown()
    if not is_trained():
        extra("torch")
    arrays = kept(*_key(), lambda: lstm_training.train(corpus.train, len(corpus.vocabulary), console=console))
    return LanguageModel(**arrays, output_weight=arrays["embedding"].T, vocabulary=corpus.vocabulary)


def is_trained() -> bool:
    """True if `language_model` would not have to train."""
    return is_kept(*_key())


def streams_of(numbers: NDArray[np.integer], streams: int = STREAMS) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """(inputs, targets): int [time, streams] each, a text cut into parts of one length; up to ``streams`` words at its
    end are left out. ValueError for a text of fewer than two words a stream."""
    columns = (len(numbers) - 1) // streams
    if columns < 1:
        raise ValueError(f"numbers has {len(numbers)} words, allowed are {streams + 1} and more")
    inputs, targets = numbers[: columns * streams], numbers[1 : columns * streams + 1]
    return inputs.reshape(streams, columns).T, targets.reshape(streams, columns).T


def perplexity(model: LanguageModel, numbers: NDArray[np.integer]) -> float:
    """The float perplexity of the word numbers ``numbers`` [words] (see
    :func:`lowtide.workloads.data.text.encode`)."""
    return float(np.exp(stream_losses(model, numbers).mean()))


def stream_losses(model: LanguageModel, numbers: NDArray[np.integer]) -> NDArray[np.float64]:
    """The mean log loss of each of the streams that word numbers are cut into: float64 [streams]."""
    inputs, targets = streams_of(numbers)
    state = (np.zeros((inputs.shape[1], len(model.hidden_weight)), np.float32),) * 2
    total = np.zeros(inputs.shape[1])
    for start in range(0, len(inputs), _BLOCK):
        hidden, state = model.hidden(inputs[start : start + _BLOCK], state)
        total += log_losses(model.scores(hidden), targets[start : start + _BLOCK]).sum(axis=0)
    return total / len(inputs)


def log_losses(scores: NDArray[np.floating], targets: NDArray[np.integer]) -> NDArray[np.float64]:
    """``-log softmax(scores)[target]`` of scores [..., words] and word numbers [...]: float64 [...]."""
    largest = scores.max(axis=-1)
    chosen = np.take_along_axis(scores, targets[..., None], axis=-1)[..., 0]
    return (largest - chosen).astype(np.float64) + np.log(np.exp(scores - largest[..., None]).sum(axis=-1))


def _key() -> tuple[str, str]:
    return "lstm", fingerprint(lstm_training, brown_corpus, text, BROWN)


def _sigmoid(x: NDArray[np.floating]) -> NDArray[np.floating]:
    return (np.tanh(x / 2) + 1) / 2
