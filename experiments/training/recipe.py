"""How a network is trained: steps, rates, a teacher, pruning on the way.

Adam with a cosine schedule ``rate (1 + cos(pi t / n)) / 2`` on the cross entropy. With a teacher of scores z_t the loss
is ``(1 - a) CE(z, label) + a T^2 KL(softmax(z_t / T), softmax(z / T))`` (knowledge distillation).

Source: Kingma, Ba, arXiv 1412.6980; Hinton, Vinyals, Dean, arXiv 1503.02531, section 2; Zhu, Gupta, arXiv 1710.01878.
"""

from dataclasses import dataclass

import numpy as np

from lowtide.golden.checks import check_integer
from lowtide.golden.quantise import check_scale, finite_array
from lowtide.golden.reduce.pruning import SCOPES, check_share

__all__ = ["Distillation", "IterativePruning", "Recipe"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a network is trained.

    Parameters
    ----------
    epochs, batch : int
        1 and more.
    rate : float
        Of the first step, larger than 0.
    seed : int
        Of the order of the samples.
    calibration : int
        Samples, the first ones of the training data, for ranges and statistics.
    """

    epochs: int = 3
    batch: int = 64
    rate: float = 1e-3
    seed: int = 1
    calibration: int = 500

    def __post_init__(self) -> None:
        for name in ("epochs", "batch", "calibration"):
            check_integer(name, getattr(self, name), 1)
        check_integer("seed", self.seed, 0)
        check_scale(self.rate)


@dataclass(frozen=True, kw_only=True, eq=False)
class Distillation:
    """A teacher whose scores are learned beside the labels.

    Parameters
    ----------
    scores : ndarray of float [samples, classes]
        Of the teacher, for the training data in order.
    temperature : float
        T, larger than 0.
    share : float
        Weight of the teacher in the loss, 0 to 1.
    """

    scores: np.ndarray
    temperature: float = 4.0
    share: float = 0.9

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", finite_array("scores", self.scores))
        check_scale(self.temperature)
        check_share("share", self.share)


@dataclass(frozen=True, kw_only=True)
class IterativePruning:
    """Weights that become zero while a network is trained.

    Parameters
    ----------
    share : float
        Of zeros in the end, 0 to 1.
    updates : int
        Times that weights are pruned, by the cubic schedule, at equal distances.
    until : float
        Share of all steps after which nothing more is pruned, 0 to 1.
    scope : str
        As in `lowtide.golden.reduce.magnitude_masks`.
    """

    share: float
    updates: int = 10
    until: float = 0.6
    scope: str = "global"

    def __post_init__(self) -> None:
        check_share("share", self.share)
        check_share("until", self.until)
        check_integer("updates", self.updates, 1)
        if self.scope not in SCOPES:
            raise ValueError(f"scope is {self.scope!r}, allowed are {', '.join(SCOPES)}")
