"""The term PE: weights as signed powers of two, multiplied by shift and add.

``acc += sum over the terms ±2^e of w'[j] of ±(x[j] << e)`` for the group of values held during a beat.
``lanes`` weight terms are added per cycle, so a group with the budget of ``k`` terms takes ``ceil(k /
lanes)`` cycles whatever the data. With mode.select the weights are term-revealed: per group of mode.group
values along K the mode.budget highest terms, as far as the array's lanes can take them (`lowtide.golden.lane_rules`).
Without it every term is kept, and the budget must have room for all terms that a group can have: log, ternary
and binary weights have one each.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389; term pairs per multiplication ``k s / g``.
"""

from ..lane_rules import check_rules, lossless_budget, reveal_by_lanes, ruled, ruled_range
from ..reveal import LARGEST_GROUP, reveal, revealed_range
from ..storage_formats.codes import decoded_range, most_terms
from ..terms import check_integer, check_range
from .fields import check_choice, check_defaults, check_operand_bits
from .parallel import W_FORMATS, X_FORMATS

__all__ = ["W_FORMATS", "X_FORMATS"]


def encoding(mode):
    """The term encoding of both operands: hese if mode.hese, else binary."""
    return "hese" if mode.hese else "binary"


def check(mode, array):
    """ValueError unless widths, group and budget fit the array, and nothing is lost without selection.

    Data are held and shifted whole: there are no data terms, which `lowtide.golden.pe.term_pair` has.
    """
    check_integer("array.lanes", array.lanes, 1)
    check_defaults(mode, "term", ("data_terms",))
    check_integer("array.group", array.group, 1, LARGEST_GROUP)
    check_rules(array)
    check_terms(mode, array, "term")


def check_terms(mode, array, kind):
    """The part of `check` that every kind with weight terms shares."""
    check_operand_bits(mode, array)
    check_defaults(mode, kind, ("block_floating",))
    check_integer("mode.group", mode.group, 1, array.group)
    check_integer("mode.budget", mode.budget, 1, array.budget)
    check_choice("mode.hese", mode.hese, [encoding == "hese" for encoding in array.encodings])
    most = _lossless_budget(mode, array)
    if not mode.select and mode.budget < most:
        rules = " under the lane rules" if ruled(array) else ""
        raise ValueError(
            f"mode.budget is {mode.budget}, allowed without selection are integers >= {most} "
            f"(every {encoding(mode)} term of a group of {mode.group}{rules})"
        )


def values_per_beat(mode, array):
    """One group of values."""
    return mode.group


def cycles_per_beat(mode, array):
    """ceil(budget / lanes)."""
    return -(-mode.budget // array.lanes)


def weights(w, mode, array):
    """The weights that are multiplied: ``w`` revealed along its first axis (K) if mode.select, else ``w``.

    w: integers [K, ...] of mode.w_bits bits. Returns integers of the same shape. ValueError if out of range.
    """
    w = check_range("w", w, mode.w_bits, mode.w_signed)
    if not mode.select:
        return w
    if ruled(array):
        return reveal_by_lanes(w, array, axis=0, **_selection(mode))
    return reveal(w, axis=0, **_selection(mode))


def weight_range(mode, array):
    """The range of a weight after selection: revealing HESE terms can pass the largest value by one."""
    if not mode.select or weight_terms(mode) == 1:  # of one term every prefix is the value or 0
        return decoded_range(mode.w_format, mode.w_bits, mode.w_signed)
    return ruled_range(array, **_selection(mode)) if ruled(array) else revealed_range(**_selection(mode))


def term_pair_bound(mode, array):
    """budget * s / group per multiplication; s as `data_terms` says."""
    return mode.budget * data_terms(mode) / mode.group


def data_terms(mode):
    """Terms of a datum: mode.data_terms, or if that is 0 all terms that a value of X can have."""
    return mode.data_terms or most_terms(mode.x_format, encoding(mode), mode.x_bits, mode.x_signed)


def weight_terms(mode):
    """The most terms that a weight can have."""
    return most_terms(mode.w_format, encoding(mode), mode.w_bits, mode.w_signed)


def _lossless_budget(mode, array):
    most = weight_terms(mode)
    return lossless_budget(array, most) if ruled(array) else mode.group * most


def _selection(mode):
    form = {"encoding": encoding(mode), "bits": mode.w_bits, "signed": mode.w_signed}
    return {"group": mode.group, "budget": mode.budget} | form
