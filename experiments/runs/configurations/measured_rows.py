"""Rows as values: what reports read of the rows that `lowtide.experiments.runs.configurations.configuration_rows` and
`binary_points` compute.

The functions that compute rows return what JSON can hold, and are kept by their sources; what is here can change
without a row being computed again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from lowtide.common.quantisation import Quantisation

from ..measures import paired
from ..measures.paired import ALL, Difference, Outcome, stated_outcome

__all__ = ["BinaryPointRow", "ConfigurationRow", "PairedRow"]


@dataclass(frozen=True, kw_only=True)
class PairedRow:
    """A row whose loss has a standard error.

    Parameters
    ----------
    task : str
        Name of the network.
    score, float_score : float
        Accuracy 0 to 1 or perplexity, of the quantised and of the float network.
    outcome, float_outcome : Outcome
        What the two networks made of each unit.
    units : int
        How many there are.
    loss, loss_error : float
        Beside the float network, 0 to 1 or of log loss, and its standard error.
    """

    task: str
    score: float
    float_score: float
    outcome: Outcome
    float_outcome: Outcome
    units: int
    loss: float
    loss_error: float

    def difference(self, other: "PairedRow", part: slice = ALL) -> Difference:
        """The difference to another row of the same task.

        Parameters
        ----------
        other : PairedRow
            What it is compared with.
        part : slice
            Which units: ALL, CHOICE or REPORT of `lowtide.experiments.runs.measures.paired`.
        """
        return paired.difference(self.outcome, other.outcome, part)

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """The row of a dictionary."""
        outcomes = {name: stated_outcome(stated[name]) for name in ("outcome", "float_outcome")}
        return cls(**{**stated, **outcomes})


@dataclass(frozen=True, kw_only=True)
class ConfigurationRow(PairedRow):
    """A network in a `lowtide.experiments.runs.configurations.configuration.Configuration`.

    Parameters
    ----------
    quantisation : Quantisation
        What operands are rounded to.
    weights : str
        Name of their format.
    revealed : bool
        Whether terms of the weights are revealed; the format is fixed point else.
    w_bits, x_bits : int
        Of weights and data.
    group, budget : int or None
        Of revealed terms.
    data_terms : int
        Terms of a datum, 0 are all.
    encoding : str
        Of terms.
    compensated, selection : bool, str or None
        Whether rounding was compensated, and how terms were chosen then.
    scope : str
        Layers that are quantised.
    pair_bound, bit_bound : float, float or None
        Term pairs and bit pairs per multiplication that the arithmetic reserves; no bit pairs where terms are revealed.
    pairs : float
        Term pairs per multiplication that are not zero.
    multiplications : int
        Of a sample.
    agreement, signal_to_noise : float or None
        With the scores of the float network, 0 to 1 and dB; None where there is no noise or the network has no classes.
    others_agreement, others_signal_to_noise : float or None
        On photographs that serve nothing else.
    """

    quantisation: Quantisation
    weights: str
    revealed: bool
    w_bits: int
    x_bits: int
    group: int | None
    budget: int | None
    data_terms: int
    encoding: str
    compensated: bool
    selection: str | None
    scope: str
    pair_bound: float
    bit_bound: float | None
    pairs: float
    multiplications: int
    agreement: float | None = None
    signal_to_noise: float | None = None
    others_agreement: float | None = None
    others_signal_to_noise: float | None = None

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """The row of a dictionary."""
        return super().read({**stated, "quantisation": Quantisation.of_dict(stated["quantisation"])})

    @property
    def name(self) -> str:
        """What tables call the formats of weights and data."""
        if self.revealed:
            return f"{self.weights} s={self.data_terms or 'all'}"
        return f"{self.w_bits} x {self.x_bits} bits"


@dataclass(frozen=True, kw_only=True)
class BinaryPointRow(PairedRow):
    """A network in a `lowtide.experiments.runs.fixed_point.binary_points.BinaryPoint`.

    Parameters
    ----------
    points, norms, bits : str, str, int
        Those of the point.
    agreement : float
        With the float network's largest scores, 0 to 1.
    signal_to_noise : float or None
        Of the scores, dB; None without noise.
    """

    points: str
    norms: str
    bits: int
    agreement: float
    signal_to_noise: float | None
