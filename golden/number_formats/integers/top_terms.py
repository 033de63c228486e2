"""Top-s truncation on top of symmetric fixed point: every value keeps its highest terms.

``v = s top(q)``, ``q = clip(round(v / s))`` of the base format, ``top`` the ``terms`` largest terms ``±2^e``: what term
revealing does with data, where groups would need a selection at run time. Codes are the truncated integers, in
HESE and Booth up to one past the base's range. The error within the base's range is at most ``s (1/2 +
largest_loss)``. Truncating twice changes nothing, except for Booth.

Source: Kung, McDanel, Zhang, Term Revealing, SC 2020, arXiv 2007.06389 (data terms s).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...reveal import check_group_and_budget, revealed_range, top_terms
from .fixed_point import FixedPoint
from .term_cut import CutFormat, CutQuantiser, check_base, first_whole_plane, loss_below

__all__ = ["TopTerms"]


@dataclass(frozen=True)
class TopTerms(CutFormat):
    """The largest terms of every value.

    Parameters
    ----------
    base : FixedPoint
        A symmetric one.
    terms : int
        Of every value, 0 or more, the paper's s.
    encoding : str
        One of `lowtide.golden.ENCODINGS`.
    """

    base: FixedPoint = FixedPoint()
    terms: int = 3
    encoding: str = "hese"

    def __post_init__(self) -> None:
        check_base(self.base)
        check_group_and_budget(1, self.terms, self.encoding, "terms")

    @property
    def name(self) -> str:
        words = [f"top {self.terms} terms", "" if self.encoding == "hese" else self.encoding]
        words.append("" if self.base == FixedPoint() else f"of {self.base.name}")
        return " ".join(word for word in words if word)

    @property
    def integer_range(self) -> tuple[int, int]:
        """(smallest, largest) code."""
        return revealed_range(group=1, budget=self.terms, **self._form())

    @property
    def largest_loss(self) -> int:
        """The most that the cut moves an integer; none is moved further."""
        return loss_below(self.encoding, self.base, first_whole_plane(self.encoding, self.base, 1, self.terms))

    def cut(self, integers: NDArray[np.integer]) -> NDArray[np.int32]:
        """The truncated integers of the base's codes, int32."""
        return top_terms(integers, self.terms, **self._form())

    def fit(self, values: ArrayLike, *, axis: int | tuple[int, ...] | None = None) -> CutQuantiser:
        return CutQuantiser(format=self, base=self.base.fit(values, axis=axis))

    def mode_fields(self) -> dict[str, Any] | None:
        """Fields of X, not of W, which an array truncates itself; None for Booth terms. With no terms None: an array
        takes 0 for all."""
        if self.encoding == "booth" or self.terms == 0:
            return None
        fields = {"x_bits": self.base.bits, "x_signed": self.base.signed, "x_format": "plain"}
        return fields | {"hese": self.encoding == "hese", "data_terms": self.terms}

    def _form(self) -> dict[str, Any]:
        return {"encoding": self.encoding, "bits": self.base.bits, "signed": self.base.signed}
