"""The language model on a text file: rows of perplexity, paired with the float model, and their table."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.compensate import Compensation
from lowtide.workloads.data.text import encode, words_of_file
from lowtide.workloads.networks.lstm import stream_losses

from ..framework.experiment import Column, Experiment, Series
from ..runs.language_model.language import Language, language
from ..runs.language_model.quantise_language import LanguageForm, quantise_language
from ..runs.measures import paired
from .losses import picture
from .quantised_point import QuantisedPoint
from .quantised_row import COLUMNS, QuantisedRow, percent, said_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Text", "TextPoint", "TextRow", "experiment", "measure", "numbers_of"]


@dataclass(frozen=True)
class Text:
    """A text file, known by its words.

    Parameters
    ----------
    digest : str
        Of the words that are measured.
    limit : int or None
        How many are measured at most, the first ones.
    path : Path
        Where it is; not compared.
    """

    digest: str
    limit: int | None
    path: Path = field(repr=False, compare=False)

    @classmethod
    def of(cls, path: Path, limit: int | None = None) -> Self:
        """The text in a file; ValueError as `words_of_file`, and for a file that cannot be read."""
        try:
            words = words_of_file(path)[:limit]
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "no UTF-8"
            raise ValueError(f"text is {path}: {reason.lower()}, allowed are text files") from None
        return cls(hashlib.sha256("\n".join(words).encode()).hexdigest()[:16], limit, Path(path))


@dataclass(frozen=True, kw_only=True)
class TextPoint(QuantisedPoint):
    """The language model on a `Text`."""

    task: str = "lstm"
    text: Text


@dataclass(frozen=True, kw_only=True)
class TextRow(QuantisedRow):
    """A model on the text, whose score is its perplexity; None where the model is the float one.

    Parameters
    ----------
    words, unknown_words : int, float
        How many, and the share of those that the model does not know.
    """

    words: int
    unknown_words: float


def experiment(chosen: Sequence[TextPoint]) -> Experiment:
    """The `lowtide.experiments.framework.experiment.Experiment` of some points."""
    return Experiment(
        name="text",
        heading="The language model on a text",
        description="The LSTM language model on a text",
        about=__doc__,
        series=(Series(points=lambda quick: chosen, row=measure, read=lambda stated: TextRow(**stated)),),
        prepare=lambda task: language(),
        notes=_notes,
        plot=_plot,
        columns=(
            *COLUMNS,
            Column("words", lambda row: row.words),
            Column("perplexity", lambda row: f"{row.score:.2f}"),
            Column(
                "% more",
                lambda row: percent(row.loss, row.loss_error, places=2) if row.x_bits else None,
            ),
        ),
    )


def measure(point: TextPoint) -> dict[str, Any]:
    """The row of a `TextPoint`, a dictionary with the fields of a `TextRow`."""
    task = language()
    numbers, unknown = numbers_of(point.text, task)
    exact = _float_losses(point.text)
    if point.weights is None:
        found = exact
    else:
        compensation = Compensation(selection=point.selection) if point.selection else None
        form = LanguageForm(
            weights=point.weights, x_bits=point.x_bits, data_terms=point.data_terms, compensation=compensation
        )
        found = quantise_language(task, form).stream_losses(numbers)
    row = TextRow(
        **said_of(point),
        words=len(numbers),
        unknown_words=unknown,
        score=float(np.exp(found.mean())),
        **paired.compared(found, exact).entries(),
    )
    return asdict(row)


def numbers_of(text: Text, task: Language) -> tuple[NDArray[np.int32], float]:
    """(word numbers, share of unknown words) of a `Text`."""
    numbers = encode(words_of_file(text.path)[: text.limit], task.model.vocabulary)
    return numbers, float(np.mean(numbers == len(task.model.vocabulary) - 1))


@lru_cache
def _float_losses(text: Text) -> NDArray[np.float64]:
    task = language()
    return stream_losses(task.model, numbers_of(text, task)[0])


def _notes(rows: Sequence[TextRow]) -> list[str]:
    return [
        f"{rows[0].words:,} words, {100 * rows[0].unknown_words:.1f} % of them unknown to the model, in "
        f"{rows[0].units} streams. More perplexity is paired with the float model by streams; ± is one standard "
        "error."
    ]


def _plot(rows: Sequence[TextRow]) -> "Figure":
    title = "language model: perplexity above the float model's, ± one standard error"
    return picture(rows, title, "% more perplexity")
