"""``lowtide networks``: makes every network and says how well it does in floating point."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from lowtide.common.command_line import entry
from lowtide.golden.network.floating.graph import Graph

from ..data.brown import brown
from ..data.digits import digits
from ..data.fetch import DataMissing, data_folder
from ..data.labelled import Split
from ..data.mnist import mnist
from ..data.pictures import imagenet, views
from . import digits_mlp, lstm, mnist_cnn, mnist_mlp
from .efficientnet_lite0 import efficientnet_lite0

__all__ = ["VIEWS", "networks"]

VIEWS = 25  #: of each labelled picture


@entry(interrupted="interrupted: what was fetched and made is kept, the same command goes on")
def networks() -> int:
    """Make every network and say how well it does in floating point.

    Fetches what it needs, and trains the language model (PyTorch) and the MNIST perceptron the first time: a quarter of
    an hour.
    """
    progress, missing = Console(stderr=True), []
    results: dict[str, Callable[[], str]] = {
        "digits perceptron": lambda: _pictures(digits_mlp.digits_mlp(), digits(), digits_mlp.prepare),
        "MNIST perceptron": lambda: _pictures(mnist_mlp.mnist_mlp(progress), mnist(), mnist_mlp.prepare),
        "MNIST mnist-8 (its own training pictures)": lambda: _pictures(
            mnist_cnn.mnist_cnn(), mnist(), mnist_cnn.prepare
        ),
        "EfficientNet-Lite0": _imagenet,
        "Brown language model": lambda: _language(lstm.language_model(progress)),
    }
    table = Table("network", "floating point", title=f"networks in {data_folder() / 'networks'}", title_justify="left")
    for name, result in results.items():
        try:
            table.add_row(name, result())
        except DataMissing as error:
            missing.append(f"{name}: {error}")
            table.add_row(name, "[red]missing[/red]")
    console = Console(soft_wrap=True)
    console.print(table)
    for line in missing:
        console.print(line, markup=False, highlight=False)
    return int(bool(missing))


def _pictures(graph: Graph, split: Split, prepare: Callable[[NDArray[np.uint8]], NDArray[Any]]) -> str:
    share = np.mean(graph.run(prepare(split.test)).argmax(axis=1) == split.test_labels)
    return f"{share:.2%} of {len(split.test):,} right"


def _imagenet() -> str:
    graph, pictures = efficientnet_lite0(), imagenet()
    labels = cast("NDArray[np.int64]", pictures.labels)  # these have them
    right = [
        graph.run(views(picture, VIEWS)).argmax(axis=1) == label
        for picture, label in zip(pictures.pictures, labels, strict=True)
    ]
    return (
        f"{sum(found[0] for found in right)} of {len(right)} pictures right, "
        f"{np.mean(right):.1%} of {VIEWS} views of each"
    )


def _language(model: lstm.LanguageModel) -> str:
    corpus = brown()
    return (
        f"perplexity {lstm.perplexity(model, corpus.valid):.1f} on validation, "
        f"{lstm.perplexity(model, corpus.test):.1f} on test words"
    )
