"""The conventional fixed-point PE (pMAC): ``lanes`` full products a cycle, added into one accumulator.

``acc += sum_l x[l] w[l]``; one cycle per beat. A conventional multiplier of ``a`` by ``b`` bits adds ``a
b`` term pairs whatever the operands: 64 per multiplication at 8 bits. Takes every storage format, and block
floating point: the sum of a beat is aligned as one.

Source: the baseline of Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389.
"""

from ..storage_formats.codes import WEIGHT_FORMATS, decoded_range
from ..terms import check_integer, check_range
from .fields import TERM_FIELDS, check_defaults, check_operand_bits

X_FORMATS = ("plain",)
W_FORMATS = WEIGHT_FORMATS


def check(mode, array):
    """ValueError unless the array has the widths and fields without meaning for this kind are at their defaults."""
    check_integer("array.lanes", array.lanes, 1)
    check_operand_bits(mode, array)
    check_defaults(mode, "parallel", TERM_FIELDS)


def values_per_beat(mode, array):
    """One value per lane."""
    return array.lanes


def cycles_per_beat(mode, array):
    """One cycle."""
    return 1


def weights(w, mode, array):
    """``w`` as it is: integers of mode.w_bits bits, any shape. ValueError if out of range."""
    return check_range("w", w, mode.w_bits, mode.w_signed)


def weight_range(mode, array):
    """The range of what the storage format decodes to: of a mode.w_bits integer if it is plain."""
    return decoded_range(mode.w_format, mode.w_bits, mode.w_signed)


def term_pair_bound(mode, array):
    """x_bits * w_bits per multiplication."""
    return float(mode.x_bits * mode.w_bits)
