"""What training says without PyTorch. That it trains: see tests_experiments."""

import sys

import pytest

from lowtide.experiments.training.fine_tune import fine_tune
from lowtide.experiments.training.recipe import Recipe
from lowtide.workloads.data.digits import digits
from lowtide.workloads.data.fetch import DataMissing
from lowtide.workloads.networks.digits_mlp import digits_mlp, prepare


def test_without_pytorch_the_command_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    data = digits()
    with pytest.raises(DataMissing, match=r"torch is not installed; get it with: pip install 'lowtide\[experiments\]'"):
        fine_tune(digits_mlp(), prepare(data.train), data.train_labels, Recipe())
