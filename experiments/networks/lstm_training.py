"""Trains the word-level language model of :mod:`experiments.networks.lstm` with PyTorch; a few minutes.

The loss is the sampled softmax: the cross entropy of a word among itself and ``SAMPLES`` others that are drawn once for
each batch with the chances q of a flattened unigram distribution, every score lowered by ``log q``. It trains the same
matrix as the full softmax in a third of the time. Truncated back-propagation through
``STEPS`` words, ``BATCH`` streams, Adam with a cosine schedule, dropout before and after the LSTM, clipped gradients;
the embedding is the output matrix (tied).

Source: Jean et al., arXiv 1412.2007 (sampled softmax); Press and Wolf, arXiv 1608.05859 (tied weights); Zaremba,
Sutskever, Vinyals, arXiv 1409.2329 (dropout).
"""

import numpy as np
from rich.progress import track

__all__ = ["HIDDEN", "train"]

SEED = 1
HIDDEN = 256  # also the length of a word's embedding
BATCH, STEPS, EPOCHS = 32, 35, 4
SAMPLES = 1500
FLATTENING = 0.75  # exponent of the word counts in q
RATE, CLIP, DROPOUT = 4e-3, 0.5, 0.3
RANGE = 0.1  # of the embedding's first values


def train(numbers, words, *, console=None):
    """Arrays of the trained model: embedding, input_weight, hidden_weight, bias, output_bias, float32.

    numbers: of the training words, integers [n]. words: of the vocabulary. console: of the progress bar, none if None.
    """
    import torch

    torch.manual_seed(SEED)
    embedding = torch.nn.Parameter(torch.empty(words, HIDDEN).uniform_(-RANGE, RANGE))
    output_bias = torch.nn.Parameter(torch.zeros(words))
    lstm = torch.nn.LSTM(HIDDEN, HIDDEN)
    parameters = [embedding, output_bias, *lstm.parameters()]
    chances = np.bincount(numbers, minlength=words).clip(1) ** FLATTENING
    chances = torch.from_numpy(chances / chances.sum())
    columns = len(numbers) // BATCH
    streams = torch.from_numpy(numbers[:columns * BATCH].astype(np.int64)).reshape(BATCH, columns).T
    starts = range(0, columns - 1, STEPS)
    optimiser = torch.optim.Adam(parameters, RATE, betas=(0.9, 0.99))
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, EPOCHS * len(starts))
    for epoch in range(EPOCHS):
        state = None
        label = f"training the language model, epoch {epoch + 1} of {EPOCHS}"
        for start in track(starts, label, console=console) if console else starts:
            end = min(start + STEPS, columns - 1)
            inputs = torch.nn.functional.dropout(embedding[streams[start:end]], DROPOUT)
            outputs, state = lstm(inputs, state)
            state = tuple(part.detach() for part in state)
            outputs = torch.nn.functional.dropout(outputs, DROPOUT).reshape(-1, HIDDEN)
            loss = _sampled_loss(outputs, streams[start + 1:end + 1].reshape(-1), embedding, output_bias, chances)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, CLIP)
            optimiser.step()
            schedule.step()
    bias = lstm.bias_ih_l0 + lstm.bias_hh_l0
    made = {"embedding": embedding, "input_weight": lstm.weight_ih_l0.T, "hidden_weight": lstm.weight_hh_l0.T,
            "bias": bias, "output_bias": output_bias}
    return {name: np.ascontiguousarray(tensor.detach().numpy()) for name, tensor in made.items()}


def _sampled_loss(outputs, targets, embedding, output_bias, chances):
    import torch

    samples = torch.multinomial(chances, SAMPLES)
    lowered = (output_bias - torch.log(SAMPLES * chances)).float()
    of_target = (outputs * embedding[targets]).sum(1) + lowered[targets]
    of_samples = outputs @ embedding[samples].T + lowered[samples]
    of_samples = of_samples.masked_fill(targets[:, None] == samples, -torch.inf)
    scores = torch.cat([of_target[:, None], of_samples], dim=1)
    return torch.nn.functional.cross_entropy(scores, torch.zeros(len(targets), dtype=torch.int64))
