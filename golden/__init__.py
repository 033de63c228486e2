"""The arithmetic of Lowtide stated in NumPy, from its definition and never from hardware structure.

================================  =====================================================================================
`lowtide.golden.checks`           integers, widths and ranges that callers hand in
`lowtide.golden.terms`            integers as sums of signed powers of two: binary, radix-4 Booth, HESE
`lowtide.golden.limbs`            integers as bit planes and 2-bit limbs, products as sums over them
`lowtide.golden.reveal`           term revealing of groups, top-s truncation of single values
`lowtide.golden.lane_rules`       term revealing where every lane sees a part of the group only
`lowtide.golden.storage_formats`  storage formats (log, ternary, binary, codebook): codes to integers, weights to codes
`lowtide.golden.quantise`         real numbers and accumulators to integers
`lowtide.golden.mode`             what a job computes, what is built, and whether the one runs on the other
`lowtide.golden.pe`               what each PE kind multiplies and how many cycles it takes
`lowtide.golden.product`          exact matrix products, plain and in block floating point
`lowtide.golden.gemm`             the matrix product of an array in a mode, with cycles and term pairs
`lowtide.golden.number_formats`   number formats: fixed point, block floating point, small floats, logarithmic, ...
`lowtide.golden.functions`        sigmoid, tanh, exp and softmax in integers, by table or pieces of lines
`lowtide.golden.network`          networks as graphs: in floating point, in integers, and what they cost
`lowtide.golden.reduce`           pruning, low rank, circulant matrices, removal of channels, early exit
`lowtide.golden.compensate`       rounding of weights that carries errors on, for any format and for term revealing
================================  =====================================================================================

Whatever is not allowed raises ValueError with one line that names the field, the value and what is allowed.
`lowtide.golden.decode` turns digit planes into integers, the method of that name of a storage format codes.
"""

from .checks import check_range
from .gemm import Array, Mode, Result, check, gemm, job_cycles, largest_k, sequence_cycles, wrap
from .lane_rules import lane_views, lossless_budget, reveal_by_lanes, ruled_range
from .limbs import binary_dot, limb_products, limbs, plane_sums, plane_weights, planes, ternary_dot
from .pe import KINDS
from .pe.term_pair import coefficient_vector
from .quantise import quantise, quantise_bias, quantised_range, requantise, scale_of
from .reveal import reveal, revealed_range, top_terms
from .storage_formats import DATA_FORMATS, WEIGHT_FORMATS
from .terms import ENCODINGS, booth_digits, count, decode, digits, max_terms, positions

__all__ = [
    "DATA_FORMATS",
    "ENCODINGS",
    "KINDS",
    "WEIGHT_FORMATS",
    "Array",
    "Mode",
    "Result",
    "binary_dot",
    "booth_digits",
    "check",
    "check_range",
    "coefficient_vector",
    "count",
    "decode",
    "digits",
    "gemm",
    "job_cycles",
    "lane_views",
    "largest_k",
    "limb_products",
    "limbs",
    "lossless_budget",
    "max_terms",
    "plane_sums",
    "plane_weights",
    "planes",
    "positions",
    "quantise",
    "quantise_bias",
    "quantised_range",
    "requantise",
    "reveal",
    "reveal_by_lanes",
    "revealed_range",
    "ruled_range",
    "scale_of",
    "sequence_cycles",
    "ternary_dot",
    "top_terms",
    "wrap",
]
