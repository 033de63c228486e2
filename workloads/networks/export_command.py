"""``lowtide export``: a network of the experiments as a file of ONNX."""

from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from lowtide.common.command_line import entry
from lowtide.common.options import OneOf, OutputPath
from lowtide.common.output import output_folder
from lowtide.common.progress import status
from lowtide.golden.network.floating.graph import Graph

from ..data.fetch import DataMissing
from . import digits_mlp, mnist_cnn, mnist_mlp
from .efficientnet_lite0 import efficientnet_lite0

__all__ = ["export"]

NETWORKS: dict[str, Callable[[], Graph]] = {
    "digits": digits_mlp.digits_mlp,
    "mnist-mlp": mnist_mlp.mnist_mlp,
    "mnist-8": mnist_cnn.mnist_cnn,
    "efficientnet-lite0": efficientnet_lite0,
}


@entry(failures=(DataMissing,))
@click.argument("network", type=OneOf(tuple(NETWORKS)))
@click.option("-o", "--output", type=OutputPath(), metavar="FILE", help="the file (default: build/onnx/NETWORK.onnx)")
def export(network: str, output: Path | None) -> None:
    """Write a NETWORK of the experiments as ONNX, for lowtide compile: digits, mnist-mlp, mnist-8, efficientnet-lite0.

    It is fetched, and where it must be trained or read by PyTorch, made, the first time.
    """
    import onnx

    from lowtide.compiler.onnx.export.float_export import export_onnx

    path = output or Path("build/onnx") / f"{network}.onnx"
    with status(f"making {network}"):
        model = export_onnx(NETWORKS[network](), network)
    with output_folder(path.parent):
        onnx.save(model, str(path))
    Console(soft_wrap=True).print(f"{network}: {len(model.graph.node)} nodes in {path}")
