"""What a score is: accuracy or perplexity, how each is compared and shown."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["ACCURACY", "PERPLEXITY", "Measure"]


@dataclass(frozen=True, kw_only=True)
class Measure(ABC):
    """What a score is.

    Parameters
    ----------
    name, axis : str
        For readers, and as the label of an axis.
    sign : int
        1 where large scores are better, else -1.
    scale : int
        What scores are multiplied by in pictures.
    loss_unit : str
        Of a hundredth of a loss.
    tolerance, tolerances : float, tuple of float
        Losses that count as none, the usual one and those of the paper's way.
    near : float
        The largest loss that is looked at.
    """

    name: str
    axis: str
    sign: int
    scale: int
    loss_unit: str
    tolerance: float
    tolerances: tuple[float, ...]
    near: float

    @abstractmethod
    def text(self, score: float) -> str:
        """A score with its unit."""

    @abstractmethod
    def limit(self, reference: float, loss: float) -> float:
        """The score that loses so much beside a reference."""

    @abstractmethod
    def shown(self, exact: float, scores: Sequence[float]) -> tuple[float, float]:
        """The ends of an axis, in its unit, that shows what is near the float network's score and all that is better.

        Parameters
        ----------
        exact : float
            The float network's score.
        scores : sequence of float
            Of the others.
        """

    def good_enough(self, score: float, reference: float) -> bool:
        """Whether a score loses at most the usual tolerance."""
        return self.sign * score >= self.sign * self.limit(reference, self.tolerance)

    def is_near(self, score: float, exact: float) -> bool:
        """Whether a score is near enough to the float network's to be looked at."""
        return self.sign * score >= self.sign * self.limit(exact, self.near)


class _Accuracy(Measure):
    """The share of right answers, 0 to 1; losses are differences."""

    def text(self, score: float) -> str:
        return f"{100 * score:.2f} %"

    def limit(self, reference: float, loss: float) -> float:
        return reference - loss

    def shown(self, exact: float, scores: Sequence[float]) -> tuple[float, float]:
        points, exact = [100 * score for score in scores], 100 * exact
        return exact - 100 * self.near, max(exact + 2, *points) + 0.5


class _Perplexity(Measure):
    """The perplexity of a text; losses are relative."""

    def text(self, score: float) -> str:
        return f"{score:.2f}"

    def limit(self, reference: float, loss: float) -> float:
        return (1 + loss) * reference

    def shown(self, exact: float, scores: Sequence[float]) -> tuple[float, float]:
        return 0.98 * min(exact, *scores), self.limit(exact, self.near)


ACCURACY = _Accuracy(
    name="accuracy",
    axis="accuracy (%)",
    sign=1,
    scale=100,
    loss_unit="points",
    tolerance=0.005,
    tolerances=(0.002, 0.005, 0.01),
    near=0.12,
)
PERPLEXITY = _Perplexity(
    name="perplexity",
    axis="perplexity",
    sign=-1,
    scale=1,
    loss_unit="%",
    tolerance=0.01,
    tolerances=(0.005, 0.01, 0.02),
    near=0.4,
)
