"""A model's network in integers: its own scales where it is quantised, else those of samples."""

from dataclasses import dataclass
from pathlib import Path

from lowtide.common.progress import status
from lowtide.common.threads import one_thread
from lowtide.golden.compensate.network import compensate_graph
from lowtide.golden.network import Graph, Plan, quantise_graph
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph

from .samples import Levels, Samples, random_samples, read_samples

__all__ = ["CALIBRATION", "Quantisation", "integer_network"]

CALIBRATION = 64  #: samples at most


@dataclass(frozen=True, kw_only=True)
class Quantisation:
    """How a model becomes integers.

    Parameters
    ----------
    calibration : Path or None
        Samples of what a model in floating point will see: a folder of pictures, or an array.
    compensate : bool
        Whether its weights are rounded with compensation, on these samples.
    input_range : (float, float) or None
        Of the input of a quantised model that does not round it: 8 bits then hold that range.
    stated : tuple of str
        Names of the formats that a user has stated: what a quantised model has its own of.
    """

    calibration: Path | None = None
    compensate: bool = False
    input_range: tuple[float, float] | None = None
    stated: tuple[str, ...] = ()


def integer_network(model: Path, plan: Plan, how: Quantisation, levels: Levels) -> tuple[QuantisedGraph, list[str]]:
    """The network of an ONNX model in integers, and what is to be said of it, a line each.

    Parameters
    ----------
    model : Path
    plan : Plan
        Formats of a model in floating point, and the requantisation of any.
    how : Quantisation
    levels : Levels
        What pictures are to the network.

    Raises
    ------
    ValueError
        The model cannot be had, or something is stated that it has its own of.
    """
    from ..onnx.quantised_importer import import_quantised, is_quantised

    with status(f"reading {model.name}"):
        if is_quantised(model):
            _check_beside_quantised(how)
            network = import_quantised(
                model, multiplier_bits=plan.multiplier_bits, input_range=how.input_range, softmax=plan.softmax
            )
            return network, ["the model is quantised: its own scales and weights are taken"]
    if how.input_range is not None:
        raise ValueError("input_range is given, allowed is it with models that are quantised: this one is not")
    return _quantised(model, plan, how, levels)


def _check_beside_quantised(how: Quantisation) -> None:
    given = [*how.stated, *["calibration"] * (how.calibration is not None), *["compensate"] * how.compensate]
    for field in given:
        raise ValueError(f"{field} is given, allowed is it with models in floating point: this one is quantised")


def _quantised(model: Path, plan: Plan, how: Quantisation, levels: Levels) -> tuple[QuantisedGraph, list[str]]:
    from ..onnx.importer import import_onnx

    with status(f"reading {model.name}"):
        graph = import_onnx(model)
    samples = _samples(how.calibration, graph, levels)
    said = []
    if how.calibration is None:
        said.append(
            "without --calibration scales are those of random samples: the program runs, its results are worth little"
        )
    with status(f"quantising {model.name}"), one_thread():
        quantise = compensate_graph if how.compensate else quantise_graph
        return quantise(graph, samples.values, plan), said


def _samples(path: Path | None, graph: Graph, levels: Levels) -> Samples:
    return random_samples(graph.shape, levels) if path is None else read_samples(path, graph.shape, levels, CALIBRATION)
