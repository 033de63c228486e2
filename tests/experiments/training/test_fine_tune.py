"""What training says without PyTorch. That it trains: see tests_experiments."""

import sys

import pytest

from experiments.data.digits import digits
from experiments.data.fetch import DataMissing
from experiments.networks.digits_mlp import digits_mlp, prepare
from experiments.training.fine_tune import fine_tune
from experiments.training.recipe import Recipe


def test_without_pytorch_the_command_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    data = digits()
    with pytest.raises(DataMissing, match=r"torch is not installed; get it with: pip install 'lowtide\[experiments\]'"):
        fine_tune(digits_mlp(), prepare(data.train), data.train_labels, Recipe())
