"""How a network is quantised: what most experiments measure, and share.

The row of a `Configuration` is that of `lowtide.experiments.runs.configurations.configuration_rows`.
"""

from dataclasses import dataclass

from lowtide.common.quantisation import LaneRule, Quantisation, Terms
from lowtide.golden.compensate import SELECTIONS
from lowtide.golden.number_formats import FixedPoint, TermRevealed
from lowtide.golden.pe.fields import check_choice

from ..tasks import TASKS

__all__ = ["SCOPES", "Configuration"]

SCOPES = ("all", "products")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """How a network is quantised.

    Parameters
    ----------
    task : str
        One of `lowtide.experiments.runs.tasks.TASKS`.
    weights : FixedPoint or TermRevealed
        Format of the weights, with a scale for each output channel.
    x_bits : int
        Of data, symmetric fixed point.
    data_terms : int
        Terms that are kept of a datum, 0 are all.
    encoding : str
        Of terms, as in `lowtide.golden.network.Plan`.
    selection : str or None
        How compensation chooses terms, see `lowtide.golden.compensate.selection`; None rounds plainly.
    scope : str
        "all": every layer has the format of weights. "products": 1x1 convolutions and linear layers have it, the
        others 8 bits, rounded plainly.

    Raises
    ------
    ValueError
        For a field that is none of these.
    """

    task: str
    weights: FixedPoint | TermRevealed
    x_bits: int = 8
    data_terms: int = 0
    encoding: str = "hese"
    selection: str | None = None
    scope: str = "all"

    @property
    def quantisation(self) -> Quantisation:
        """What operands are rounded to, a `lowtide.common.quantisation.Quantisation`."""
        return Quantisation(x_bits=self.x_bits, w_bits=self.w_bits, terms=self._terms())

    @property
    def w_bits(self) -> int:
        """Of a weight; of the integers whose terms are revealed."""
        return self.weights.base.bits if isinstance(self.weights, TermRevealed) else self.weights.bits

    def _terms(self) -> Terms | None:
        weights = self.weights
        if isinstance(weights, TermRevealed):
            rule = weights.rule
            lanes = None if rule is None else LaneRule(rule.lanes, bool(rule.dedicated), rule.window or rule.group)
            return Terms(weights.group, weights.budget, self.data_terms, self.encoding, lanes)
        return Terms(data_terms=self.data_terms, encoding=self.encoding) if self.data_terms else None

    def __post_init__(self) -> None:
        check_choice("task", self.task, tuple(TASKS))
        check_choice("selection", self.selection, (None, *SELECTIONS))
        check_choice("scope", self.scope, SCOPES)
        if not isinstance(self.weights, (FixedPoint, TermRevealed)):
            raise ValueError(f"weights is {self.weights!r}, allowed are instances of FixedPoint and TermRevealed")
