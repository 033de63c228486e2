"""The term PE: weights as signed powers of two, multiplied by shift and add.

``acc += sum over the terms ±2^e of w'[j] of ±(x[j] << e)`` for the group of values held during a beat.
``lanes`` weight terms are added per cycle, so a group with the budget of ``k`` terms takes ``ceil(k /
lanes)`` cycles whatever the data. With mode.select the weights are term-revealed: per group of mode.group
values along K the mode.budget highest terms, as far as the array's lanes can take them (`lowtide.golden.lane_rules`).
Without it every term is kept, and the budget must have room for all terms that a group can have: log, ternary
and binary weights have one each.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389; term pairs per multiplication ``k s / g``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import check_integer
from ..duck_types import AnyArray, AnyMode
from ..lane_rules import budget_of_one, check_rules, lossless_budget, reveal_by_lanes, ruled, ruled_range
from ..reveal import LARGEST_GROUP, reveal, revealed_range
from ..storage_formats import FORMATS, find
from .fields import check_choice, check_defaults
from .kind import Kind

__all__ = ["Term", "encoding"]


def encoding(mode: AnyMode) -> str:
    """The term encoding of both operands: hese if mode.hese, else binary."""
    return "hese" if mode.hese else "binary"


class Term(Kind):
    """One group of values a beat; weights as terms, ``lanes`` of them a cycle."""

    name = "term"
    #: Integers of one term each, or all of them: of others a selection would leave some that the format does not have.
    w_formats = tuple(each.name for each in FORMATS if each.one_term or each.limits is None)
    unused: tuple[str, ...] = ("data_terms", "block_floating")

    def check(self, mode: AnyMode, array: AnyArray) -> None:
        """ValueError unless widths, group and budget fit the array, and nothing is lost without selection.

        Data are held and shifted whole: there are no data terms, which `lowtide.golden.pe.term_pair` has.
        """
        check_defaults(mode, self.name, ("data_terms",))
        check_integer("array.lanes", array.lanes, 1)
        check_integer("array.group", array.group, 1, LARGEST_GROUP)
        check_rules(array)
        self.check_terms(mode, array)

    def check_terms(self, mode: AnyMode, array: AnyArray) -> None:
        """The part of `check` that every kind with weight terms shares."""
        super().check(mode, array)
        check_integer("mode.group", mode.group, 1, array.group)
        check_integer("mode.budget", mode.budget, 1, array.budget)
        check_choice("mode.hese", mode.hese, [encoding == "hese" for encoding in array.encodings])
        most = self.lossless_budget(mode, array)
        if not mode.select and mode.budget < most:
            rules = " under the lane rules" if ruled(array) else ""
            weights = "one weight" if mode.diagonal else f"a group of {mode.group}"
            raise ValueError(
                f"mode.budget is {mode.budget}, allowed without selection are integers >= {most} "
                f"(every {encoding(mode)} term of {weights}{rules})"
            )

    def lossless_budget(self, mode: AnyMode, array: AnyArray) -> int:
        """The least budget that keeps every term of a chunk: of a group of weights, or in a diagonal mode of one."""
        most = self.weight_terms(mode)
        if not ruled(array):
            return most if mode.diagonal else mode.group * most
        return budget_of_one(array, most) if mode.diagonal else lossless_budget(array, most)

    def values_per_beat(self, mode: AnyMode, array: AnyArray) -> int:
        return mode.group

    def stream_bits(self, array: AnyArray, side: str) -> int:
        return array.group * (array.x_width if side == "x" else array.w_width)

    def slots(self, mode: AnyMode, array: AnyArray) -> int:
        """The budget, whatever the weights."""
        return mode.budget

    def slots_per_cycle(self, array: AnyArray) -> int:
        return array.lanes

    def weights(self, w: NDArray[np.integer], mode: AnyMode, array: AnyArray) -> NDArray[np.integer]:
        """The weights that are multiplied: ``w`` revealed along its first axis (K) if mode.select, else ``w``."""
        w = super().weights(w, mode, array)
        if not mode.select:
            return w
        if ruled(array):
            return reveal_by_lanes(w, array, axis=0, **_selection(mode))
        return reveal(w, axis=0, **_selection(mode))

    def effective_weights(self, mode: AnyMode, array: AnyArray) -> tuple[int, int]:
        """The range of a weight after selection: revealing HESE terms can pass the largest value by one."""
        if not mode.select or self.weight_terms(mode) == 1:  # of one term every prefix is the value or 0
            return super().effective_weights(mode, array)
        if mode.diagonal and not ruled(array):  # a weight alone is a group of one
            return revealed_range(**_selection(mode) | {"group": 1})
        if mode.diagonal and mode.hese:  # of 2^p - 1, two terms, the second may go
            low, high = super().effective_weights(mode, array)
            return low, high + (mode.budget < budget_of_one(array, 2))
        return ruled_range(array, **_selection(mode)) if ruled(array) else revealed_range(**_selection(mode))

    def term_pair_bound(self, mode: AnyMode, array: AnyArray) -> float:
        """budget * s / weights of a chunk per multiplication; s as `data_terms` says."""
        return mode.budget * self.data_terms(mode) / (1 if mode.diagonal else mode.group)

    def data_terms(self, mode: AnyMode) -> int:
        """Terms of a datum: mode.data_terms, or if that is 0 all terms that a value of X can have."""
        return mode.data_terms or find(mode.x_format).most_terms(encoding(mode), mode.x_bits, mode.x_signed)

    def weight_terms(self, mode: AnyMode) -> int:
        """The most terms that a weight can have."""
        return find(mode.w_format).most_terms(encoding(mode), mode.w_bits, mode.w_signed)


def _selection(mode: AnyMode) -> dict[str, Any]:
    form = {"encoding": encoding(mode), "bits": mode.w_bits, "signed": mode.w_signed}
    return {"group": mode.group, "budget": mode.budget} | form
