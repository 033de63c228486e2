"""Rows of EfficientNet-Lite0 on a folder of labelled pictures, which are read a few at a time.

Every row is compared with the float network on the same pictures: the loss in points and its standard error are those
of paired differences, see `lowtide.experiments.runs.measures.paired`. Rows are kept by what is in the folder, so an
interruption loses only the networks that were under way.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.compensate import Compensation, NetworkCompensation, compensate_graph
from lowtide.golden.network import Graph, Plan, quantise_graph, run_fake_quantised
from lowtide.golden.number_formats import FixedPoint
from lowtide.workloads.data.picture_folder import labelled_files
from lowtide.workloads.data.pictures import calibration, prepare, read
from lowtide.workloads.networks.efficientnet_lite0 import efficientnet_lite0
from lowtide.workloads.networks.store import kept

from ..framework.rows import key
from ..runs.measures import paired
from ..runs.measures.agreement import signal_to_noise
from .quantised_point import QuantisedPoint
from .quantised_row import QuantisedRow, said_of

__all__ = ["CALIBRATION_VIEWS", "Folder", "PicturePoint", "PictureRow", "files", "measure", "network", "scores_of"]

#: Scores of prepared pictures.
Run = Callable[[NDArray[np.float32]], NDArray[Any]]
CALIBRATION_VIEWS = 128
_BATCH = 8  # pictures


@dataclass(frozen=True)
class Folder:
    """A folder of pictures, known by what is in it.

    Parameters
    ----------
    digest : str
        Of the names and sizes of the pictures that are measured.
    limit : int or None
        How many are measured at most.
    path : Path
        Where they are; not compared.
    """

    digest: str
    limit: int | None
    path: Path = field(repr=False, compare=False)

    @classmethod
    def of(cls, path: Path, limit: int | None = None) -> Self:
        """The pictures in a folder; ValueError as `labelled_files`."""
        paths, labels = files(path, limit)
        told = [
            (str(each.relative_to(path)), each.stat().st_size, int(label))
            for each, label in zip(paths, labels, strict=True)
        ]
        return cls(hashlib.sha256(repr(told).encode()).hexdigest()[:16], limit, Path(path))


@dataclass(frozen=True, kw_only=True)
class PicturePoint(QuantisedPoint):
    """EfficientNet-Lite0 on the pictures of a `Folder`."""

    task: str = "efficientnet"
    folder: Folder


@dataclass(frozen=True, kw_only=True)
class PictureRow(QuantisedRow):
    """A network on the pictures; None where the network is the float one.

    Parameters
    ----------
    score : float
        Share of right answers.
    agreement : float
        Share of answers that are the float network's.
    score_error, agreement_error : float
        Standard errors of both.
    signal_to_noise : float or None
        Of the scores, dB; None without noise.
    """

    score_error: float
    agreement: float
    agreement_error: float
    signal_to_noise: float | None


def measure(point: PicturePoint) -> dict[str, Any]:
    """The row of a `PicturePoint`, a dictionary with the fields of a `PictureRow`."""
    paths, labels = files(point.folder.path, point.folder.limit)
    exact = _float_scores(point.folder)
    found = exact if point.weights is None else scores_of(_quantised(point), paths)
    right, same = found.argmax(axis=1) == labels, found.argmax(axis=1) == exact.argmax(axis=1)
    row = PictureRow(
        **said_of(point),
        score=float(right.mean()),
        score_error=paired.standard_error(right),
        agreement=float(same.mean()),
        agreement_error=paired.standard_error(same),
        signal_to_noise=signal_to_noise(exact, found),
        **paired.compared(right, exact.argmax(axis=1) == labels).entries(),
    )
    return asdict(row)


def files(folder: Path, limit: int | None = None) -> tuple[list[Path], NDArray[np.int64]]:
    """The labelled pictures of a folder.

    Parameters
    ----------
    folder : Path
        As of `labelled_files`, which raises for others.
    limit : int or None
        How many at most, spread evenly.

    Returns
    -------
    (list of Path, ndarray of int64)
        Paths and classes.
    """
    paths, labels = labelled_files(folder)
    chosen = np.arange(len(paths)) if limit is None or limit >= len(paths) else np.arange(limit) * len(paths) // limit
    return [paths[place] for place in chosen], labels[chosen]


@lru_cache
def network() -> tuple[Graph, NDArray[np.float32]]:
    """(graph, calibration pictures) of EfficientNet-Lite0."""
    return efficientnet_lite0(), calibration(CALIBRATION_VIEWS)


def scores_of(run: Run, paths: Sequence[Path]) -> NDArray[np.float32]:
    """Scores of pictures, which are read a few at a time.

    Parameters
    ----------
    run
        Scores of prepared pictures.
    paths : sequence of Path
        The files.

    Returns
    -------
    ndarray of float32 [pictures, classes]
    """
    found = []
    for start in range(0, len(paths), _BATCH):
        found.append(run(np.stack([prepare(read(path)) for path in paths[start : start + _BATCH]])).astype(np.float32))
    return np.concatenate(found)


def _quantised(point: PicturePoint) -> Run:
    """``run(x)`` of the network that a point states."""
    graph, samples = network()
    plan = Plan(weights=point.weights, activations=FixedPoint(point.x_bits), data_terms=point.data_terms)
    if point.selection is None:
        made = quantise_graph(graph, samples, plan)
    else:
        options = NetworkCompensation(weights=Compensation(selection=point.selection))
        made = compensate_graph(graph, samples, plan, options)
    if made.obstacle() is None:
        return made.run
    return lambda x: run_fake_quantised(made, x)


@lru_cache
def _float_scores(folder: Folder) -> NDArray[np.float32]:
    """Of the float network, kept: every row needs them."""
    made = kept(
        "evaluate",
        key(_float_scores, folder),
        lambda: {"scores": scores_of(network()[0].run, files(folder.path, folder.limit)[0])},
    )
    return made["scores"]
