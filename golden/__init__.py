"""The arithmetic of Lowtide stated in NumPy, from its definition and never from hardware structure.

=====================  ==================================================================================
`golden.terms`         integers as sums of signed powers of two: binary, radix-4 Booth, HESE
`golden.reveal`        term revealing of groups, top-s truncation of single values
`golden.pe`            what each PE kind multiplies and how many cycles it takes
`golden.gemm`          the exact matrix product of an array in a mode, with cycles and term pairs
`golden.quantise`      real numbers and accumulators to integers
=====================  ==================================================================================

Whatever is not allowed raises ValueError with one line that names the field, the value and what is allowed.
"""

from golden.gemm import Array, Mode, Result, check, gemm, job_cycles, largest_k, sequence_cycles, wrap
from golden.pe import KINDS
from golden.quantise import quantise, quantise_bias, quantised_range, requantise, scale_of
from golden.reveal import reveal, revealed_range, top_terms
from golden.terms import (
    ENCODINGS,
    booth_digits,
    check_range,
    count,
    decode,
    digits,
    max_terms,
    positions,
)

__all__ = [
    "ENCODINGS",
    "KINDS",
    "Array",
    "Mode",
    "Result",
    "booth_digits",
    "check",
    "check_range",
    "count",
    "decode",
    "digits",
    "gemm",
    "job_cycles",
    "largest_k",
    "max_terms",
    "positions",
    "quantise",
    "quantise_bias",
    "quantised_range",
    "requantise",
    "reveal",
    "revealed_range",
    "scale_of",
    "sequence_cycles",
    "top_terms",
    "wrap",
]
