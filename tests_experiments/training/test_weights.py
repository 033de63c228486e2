"""Weights that are trained while they are rounded: values and gradients by hand."""

import numpy as np
import torch

from lowtide.experiments.training.weights import ScaledTernary, SharedWeights, StraightThrough, trained_weights
from lowtide.golden.number_formats import (
    BinaryWeights,
    Codebook,
    TrainedTernary,
)


def test_straight_through_weights_by_hand():
    layer = StraightThrough(np.array([[0.9, -0.2], [0.1, 0.4]]), BinaryWeights(), True)
    value = layer.value()
    assert np.allclose(value.detach(), [[0.5, -0.3], [0.5, 0.3]])
    (value * torch.tensor([[1.0, 2], [3, 4]])).sum().backward()
    assert layer.latent.grad.tolist() == [[1, 2], [3, 4]]
    with torch.no_grad():
        layer.latent += 3
    layer.after_step()
    assert layer.latent.max() == 1  # binary formats only
    layer.mask = torch.tensor([[1.0, 0], [1, 1]])
    assert layer.value()[0, 1] == 0 and layer.array()[0, 1] == 0
    pruned = layer.quantised()
    assert np.allclose(pruned.values, layer.value().detach()) and pruned.mode_fields is None
    assert pruned.integers.tolist() == [[1, 0], [1, 1]]


def test_ttq_gradients_by_hand():
    layer = ScaledTernary(np.array([[1.0, -0.5], [0.02, 0.6]]), TrainedTernary(positive=0.8, negative=0.5))
    value = layer.value()
    assert np.allclose(value.detach(), [[0.8, -0.5], [0, 0.8]])  # threshold 0.05
    (value * torch.tensor([[1.0, 2], [3, 4]])).sum().backward()
    assert np.allclose(layer.scales.grad, [5, -2])
    assert np.allclose(layer.latent.grad, [[0.8, 1], [3, 3.2]])
    with torch.no_grad():
        layer.scales -= 2
    layer.after_step()
    assert (layer.scales > 0.05).all()
    assert np.allclose(layer.quantised().values, layer.value().detach())


def test_shared_weights_train_their_table():
    matrix = np.array([[1.0, -1], [1, 0.5], [-1, 1]])
    layer = SharedWeights(matrix, Codebook(16))
    assert np.allclose(layer.value().detach(), matrix)
    (layer.value() * torch.tensor([[1.0, 2], [3, 4], [5, 6]])).sum().backward()
    gradients = layer.latent.grad.numpy()
    assert sorted(gradients[gradients != 0].tolist()) == [4, 7, 10]
    with torch.no_grad():
        layer.latent[layer.codes[0, 0]] = 2.0
    assert layer.quantised().values.tolist() == [[2, -1], [2, 0.5], [-1, 2]]
    assert layer.quantised().bits == 4 and layer.quantised().parameter_bits == 16 * 32
    assert isinstance(trained_weights(matrix, Codebook(16), False), SharedWeights)
