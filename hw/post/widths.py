"""Widths of what post-processing computes with, in bits, the same in every accelerator."""

__all__ = ["ELEMENT_BITS", "EXTREMES", "SHIFT_BITS", "SUM_BITS", "VALUE_BITS"]

SUM_BITS = 32  #: of a result with its bias, signed
EXTREMES = ("smallest", "largest")  #: of the sums of a record
VALUE_BITS = 16  #: of a value between the steps, signed
SHIFT_BITS = 6  #: of a shift
ELEMENT_BITS = VALUE_BITS + 1  #: of an element of the operand, signed
