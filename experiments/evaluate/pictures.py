"""EfficientNet-Lite0 on a folder of labelled pictures, which are read a few at a time: rows, and their table.

Every row is compared with the float network on the same pictures: the loss in points and its standard error are those
of paired differences, see `lowtide.experiments.runs.paired`. Rows are kept by what is in the folder, so an interruption
loses only the networks that were under way.
"""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from lowtide.golden.compensate import Compensation, NetworkCompensation, compensate_graph
from lowtide.golden.network import Plan, quantise_graph, run_fake_quantised
from lowtide.golden.number_formats import FixedPoint, Format, TermRevealed
from lowtide.workloads.data.picture_folder import labelled_files
from lowtide.workloads.data.pictures import calibration, prepare, read
from lowtide.workloads.networks.efficientnet_lite0 import efficientnet_lite0
from lowtide.workloads.networks.store import kept

from ..framework.experiment import Column, Experiment
from ..framework.rows import key
from ..runs import paired
from ..runs.configuration import signal_to_noise

__all__ = [
    "CALIBRATION_VIEWS",
    "Folder",
    "PicturePoint",
    "experiment",
    "files",
    "measure",
    "network",
    "points",
    "scores_of",
]

CALIBRATION_VIEWS = 128
_BATCH = 8  # pictures
_ROUNDINGS = {None: "plain", "least error": "compensated", "largest terms": "compensated, largest terms"}


@dataclass(frozen=True)
class Folder:
    """digest: of the names and sizes of the pictures that are measured, at most ``limit`` of them. path: where they
    are."""

    digest: str
    limit: int | None
    path: Path = field(repr=False, compare=False)

    @classmethod
    def of(cls, path, limit=None):
        """The pictures in a folder; ValueError as `labelled_files`."""
        paths, labels = files(path, limit)
        told = [
            (str(each.relative_to(path)), each.stat().st_size, int(label))
            for each, label in zip(paths, labels, strict=True)
        ]
        return cls(hashlib.sha256(repr(told).encode()).hexdigest()[:16], limit, Path(path))


@dataclass(frozen=True, kw_only=True)
class PicturePoint:
    """word: what the table calls the format. weights: None for the float network. selection: how compensation chooses
    terms, None rounds plainly. x_bits, data_terms: of data. folder: the pictures."""

    task: str = "efficientnet"
    word: str
    weights: Format | None
    selection: str | None
    x_bits: int
    data_terms: int
    folder: Folder


def points(words, folder, *, x_bits=8, data_terms=0, selections=(None,)):
    """The points of formats, ``{word: format}``: the float network first, then each format rounded in each way. Only
    term revealing has terms to be chosen by their size."""
    shared = {"x_bits": x_bits, "data_terms": data_terms, "folder": folder}
    return [PicturePoint(word="float", weights=None, selection=None, **shared)] + [
        PicturePoint(word=word, weights=format, selection=selection, **shared)
        for word, format in words.items()
        if format is not None
        for selection in selections
        if selection != "largest terms" or isinstance(format, TermRevealed)
    ]


def experiment(chosen):
    """The `lowtide.experiments.framework.experiment.Experiment` of some points."""
    return Experiment(
        name="pictures",
        description="EfficientNet-Lite0 on labelled pictures, every layer quantised",
        points=lambda quick: chosen,
        prepare=lambda task: network(),
        row=measure,
        notes=_notes,
        plot=_plot,
        columns=(
            Column("weights", lambda row: row["weights"], left=True),
            Column("rounding", lambda row: row["rounding"], left=True),
            Column("data bits", lambda row: row["x_bits"]),
            Column("data terms", lambda row: row["data_terms"] or None),
            Column("n", lambda row: row["units"]),
            Column("accuracy, %", lambda row: _percent(row["score"], row["score_error"])),
            Column("points lost", lambda row: _percent(row["loss"], row["loss_error"]) if row["x_bits"] else None),
            Column("agreement, %", lambda row: _percent(row["agreement"], row["agreement_error"])),
            Column("SNR, dB", lambda row: f"{row['signal_to_noise']:.1f}" if row["signal_to_noise"] else None),
        ),
    )


def measure(point):
    """The row of a `PicturePoint`, a dictionary."""
    paths, labels = files(point.folder.path, point.folder.limit)
    exact = _float_scores(point.folder)
    found = exact if point.weights is None else scores_of(_quantised(point), paths)
    right, same = found.argmax(axis=1) == labels, found.argmax(axis=1) == exact.argmax(axis=1)
    row = {
        "task": point.task,
        "weights": point.word,
        "rounding": _ROUNDINGS[point.selection],
        "x_bits": point.x_bits,
        "data_terms": point.data_terms,
        "score": float(right.mean()),
        "score_error": paired.standard_error(right),
        "agreement": float(same.mean()),
        "agreement_error": paired.standard_error(same),
        "signal_to_noise": signal_to_noise(exact, found),
    }
    if point.weights is None:
        row |= {"rounding": "-", "x_bits": None, "data_terms": None}
    return row | paired.outcome(right, exact.argmax(axis=1) == labels)


def files(folder, limit=None):
    """(paths, labels) of a folder, at most ``limit`` of them, spread evenly. ValueError as `labelled_files`."""
    paths, labels = labelled_files(folder)
    chosen = np.arange(len(paths)) if limit is None or limit >= len(paths) else np.arange(limit) * len(paths) // limit
    return [paths[place] for place in chosen], labels[chosen]


@lru_cache
def network():
    """(graph, calibration pictures) of EfficientNet-Lite0."""
    return efficientnet_lite0(), calibration(CALIBRATION_VIEWS)


def scores_of(run, paths):
    """float32 [pictures, classes] of a function of prepared pictures."""
    found = []
    for start in range(0, len(paths), _BATCH):
        found.append(run(np.stack([prepare(read(path)) for path in paths[start : start + _BATCH]])).astype(np.float32))
    return np.concatenate(found)


def _quantised(point):
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
def _float_scores(folder):
    """Of the float network, kept: every row needs them."""
    made = kept(
        "evaluate",
        key(_float_scores, folder),
        lambda: {"scores": scores_of(network()[0].run, files(folder.path, folder.limit)[0])},
    )
    return made["scores"]


def _percent(mean, error):
    return f"{100 * mean:.1f} ± {100 * error:.1f}"


def _notes(rows):
    exact = rows[0]
    return [
        f"{exact['units']} pictures, each once; the float network has "
        f"{_percent(exact['score'], exact['score_error'])} %. Points lost are paired with it; ± is one standard "
        "error."
    ]


def _plot(rows):
    from ..framework.plots import COLOURS, panels

    figure, (place,) = panels(["EfficientNet-Lite0, every layer: points lost, ± one standard error"], across=1)
    for number, rounding in enumerate(_ROUNDINGS.values()):
        mine = [(line, row) for line, row in enumerate(rows) if row["rounding"] == rounding]
        if mine:
            place.errorbar(
                [100 * row["loss"] for _, row in mine],
                [line for line, _ in mine],
                fmt="o",
                xerr=[100 * row["loss_error"] for _, row in mine],
                color=COLOURS[number],
                label=rounding,
            )
    place.set_yticks(range(len(rows)), [row["weights"] for row in rows], fontsize=8)
    place.invert_yaxis()
    place.set_xscale("symlog", linthresh=5)
    place.xaxis.set_major_formatter("{x:g}")
    place.set_xlabel("points lost")
    place.legend(fontsize=8)
    return figure
