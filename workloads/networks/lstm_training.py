"""Trains the word-level language model of :mod:`lowtide.workloads.networks.lstm` with PyTorch, in a quarter of an
hour.

The loss is the cross entropy of the softmax over the whole vocabulary, so scores are log-probabilities plus a constant.
Truncated back-propagation through ``STEPS`` words, ``BATCH`` streams, Adam with a cosine schedule, dropout before and
after the LSTM, clipped gradients; the embedding is the output matrix (tied).

Source: Press and Wolf, arXiv 1608.05859 (tied weights); Zaremba, Sutskever, Vinyals, arXiv 1409.2329 (dropout).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.progress import tracked

from .torch_threads import threads_of

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["HIDDEN", "train"]

SEED = 1
HIDDEN = 256  # also the length of a word's embedding
BATCH, STEPS, EPOCHS = 32, 35, 3
THREADS = 1  # on many cores too: the order of sums, and so the trained model, depends on it
RATE, CLIP, DROPOUT = 4e-3, 0.5, 0.3
RANGE = 0.1  # of the embedding's first values


def train(
    numbers: NDArray[np.integer], words: int, *, console: Console | None = None
) -> dict[str, NDArray[np.float32]]:
    """The arrays of the trained model.

    Parameters
    ----------
    numbers : ndarray of int [words]
        Of the training text.
    words : int
        Of the vocabulary.
    console : Console or None
        Where the progress bar goes, none if None.

    Returns
    -------
    dict of str to ndarray of float32
        embedding, input_weight, hidden_weight, bias and output_bias.
    """
    import torch

    with threads_of(torch, THREADS):
        return _train(torch, numbers, words, console)


def _train(
    torch: Any, numbers: NDArray[np.integer], words: int, console: Console | None
) -> dict[str, NDArray[np.float32]]:
    torch.manual_seed(SEED)
    embedding = torch.nn.Parameter(torch.empty(words, HIDDEN).uniform_(-RANGE, RANGE))
    output_bias = torch.nn.Parameter(torch.zeros(words))
    lstm = torch.nn.LSTM(HIDDEN, HIDDEN)
    parameters = [embedding, output_bias, *lstm.parameters()]
    columns = len(numbers) // BATCH
    streams = torch.from_numpy(numbers[: columns * BATCH].astype(np.int64)).reshape(BATCH, columns).T
    starts = range(0, columns - 1, STEPS)
    optimiser = torch.optim.Adam(parameters, RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(starts))
    for epoch in range(EPOCHS):
        state = None
        label = f"training the language model, epoch {epoch + 1} of {EPOCHS}"
        for start in tracked(starts, label, console) if console else starts:
            end = min(start + STEPS, columns - 1)
            inputs = torch.nn.functional.dropout(embedding[streams[start:end]], DROPOUT)
            outputs, state = lstm(inputs, state)
            state = tuple(part.detach() for part in state)
            outputs = torch.nn.functional.dropout(outputs, DROPOUT).reshape(-1, HIDDEN)
            scores = torch.nn.functional.linear(outputs, embedding, output_bias)
            loss = torch.nn.functional.cross_entropy(scores, streams[start + 1 : end + 1].reshape(-1))
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, CLIP)
            optimiser.step()
            schedule.step()
    bias = lstm.bias_ih_l0 + lstm.bias_hh_l0
    made = {
        "embedding": embedding,
        "input_weight": lstm.weight_ih_l0.T,
        "hidden_weight": lstm.weight_hh_l0.T,
        "bias": bias,
        "output_bias": output_bias,
    }
    return {name: np.ascontiguousarray(tensor.detach().numpy()) for name, tensor in made.items()}
