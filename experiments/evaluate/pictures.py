"""EfficientNet-Lite0 on labelled pictures: a folder of any size is read a few pictures at a time."""

import numpy as np

from experiments.data.picture_folder import labelled_files
from experiments.data.pictures import calibration, prepare, read
from experiments.networks.efficientnet_lite0 import efficientnet_lite0
from golden.compensate import compensate_graph
from golden.formats import FixedPoint
from golden.network import Plan, quantise_graph, run_fake_quantised

__all__ = ["CALIBRATION_VIEWS", "files", "measure", "network", "quantised"]

CALIBRATION_VIEWS = 128
_BATCH = 8  # pictures


def files(folder, limit=None):
    """(paths, labels) of a folder, at most ``limit`` of them, spread evenly. ValueError as `labelled_files`."""
    paths, labels = labelled_files(folder)
    chosen = np.arange(len(paths)) if limit is None or limit >= len(paths) else np.arange(limit) * len(paths) // limit
    return [paths[place] for place in chosen], labels[chosen]


def network():
    """(graph, calibration pictures) of EfficientNet-Lite0."""
    return efficientnet_lite0(), calibration(CALIBRATION_VIEWS)


def quantised(graph, samples, format, *, x_bits, compensated):
    """``run(x)`` of the graph with weights in a format (None: the float network), data of ``x_bits``."""
    if format is None:
        return graph.run
    plan = Plan(weights=format, activations=FixedPoint(x_bits))
    made = (compensate_graph if compensated else quantise_graph)(graph, samples, plan)
    if made.obstacle() is None:
        return made.run
    return lambda x: run_fake_quantised(made, x)


def measure(runs, paths, labels, *, on_pictures=None):
    """For each of several networks its accuracy and how often it agrees with the first one, both 0..1.

    runs: functions of prepared pictures. on_pictures: called with how many have just been seen.
    """
    right, same = np.zeros(len(runs)), np.zeros(len(runs))
    for start in range(0, len(paths), _BATCH):
        some = slice(start, start + _BATCH)
        x = np.stack([prepare(read(path)) for path in paths[some]])
        classes = np.stack([run(x).argmax(axis=1) for run in runs])
        right += (classes == labels[some]).sum(axis=1)
        same += (classes == classes[0]).sum(axis=1)
        if on_pictures:
            on_pictures(len(x))
    return right / len(paths), same / len(paths)
