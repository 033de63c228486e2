"""The conventional fixed-point PE (pMAC): ``lanes`` full products a cycle, added into one accumulator.

``acc += sum_l x[l] w[l]``; one cycle per beat. A conventional multiplier of ``a`` by ``b`` bits adds ``a
b`` term pairs whatever the operands: 64 per multiplication at 8 bits.

Source: the baseline of Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389.
"""

from golden.terms import check_range, value_range

_DEFAULTS = {"hese": False, "select": False, "data_terms": 0, "group": 1, "budget": 1}


def check(mode, array):
    """ValueError unless the fields without meaning for this kind are at their defaults."""
    for field, default in _DEFAULTS.items():
        value = getattr(mode, field)
        if value != default:
            raise ValueError(f"mode.{field} is {value!r}, allowed on a parallel array is {default!r} only")


def values_per_beat(mode, array):
    """One value per lane."""
    return array.lanes


def cycles_per_beat(mode, array):
    """One cycle."""
    return 1


def weights(w, mode):
    """``w`` as it is: integers of mode.w_bits bits, any shape. ValueError if out of range."""
    return check_range("w", w, mode.w_bits, mode.w_signed)


def weight_range(mode):
    """The range of a mode.w_bits integer."""
    return value_range(mode.w_bits, mode.w_signed)


def term_pair_bound(mode, array):
    """x_bits * w_bits per multiplication."""
    return float(mode.x_bits * mode.w_bits)
