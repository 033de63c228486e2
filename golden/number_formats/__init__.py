"""Number formats: real numbers to codes and back, each with its parameters, error bound and source.

=========================================================  ==================================================
`lowtide.golden.number_formats.format`                     what a format and its quantiser are
`lowtide.golden.number_formats.fitting.ranges`             ranges: largest, percentile, least error, averages
`lowtide.golden.number_formats.integers.fixed_point`       symmetric, asymmetric, dynamic fixed point, 2..16 bits
`lowtide.golden.number_formats.integers.two_digits`        two free radix-4 digits, 21 levels
`lowtide.golden.number_formats.floating.group_exponent`    integers with an exponent for each group
`lowtide.golden.number_formats.floating.block_floating`    block floating point, MXINT8
`lowtide.golden.number_formats.floating.small_float`       any split into exponent and mantissa
`lowtide.golden.number_formats.floating.published_floats`  float16, bfloat16, FP8, FP6, FP4
`lowtide.golden.number_formats.levels.logarithmic`         LogNet, base 2 and sqrt 2
`lowtide.golden.number_formats.levels.power_of_two`        power-of-two and additive power-of-two weights
`lowtide.golden.number_formats.levels.binary`              BinaryConnect, BWN, XNOR-Net, BNN
`lowtide.golden.number_formats.levels.ternary`             TWN, TTQ, fine-grained ternary
`lowtide.golden.number_formats.levels.codebook`            weight sharing
`lowtide.golden.number_formats.integers.revealed`          term revealing of groups, with or without lane rules
`lowtide.golden.number_formats.integers.top_terms`         top-s truncation of single values
`lowtide.golden.number_formats.errors`                     error metrics
`lowtide.golden.number_formats.words`                      formats in a word, as commands take them
=========================================================  ==================================================

``FORMATS`` has a representative of each, for tests and reports that go through them all; names are unique.
"""

from ..mode import Array
from .errors import Errors, errors
from .fitting.ranges import AverageRange, Largest, LeastSquaredError, Percentile, RangeChoice, average_end, layer_ramp
from .floating.block_floating import MXINT8, BlockFloating
from .floating.group_exponent import GroupExponent
from .floating.published_floats import BFLOAT16, E2M1, E2M3, E3M2, E4M3, E5M2, FLOAT16, MS_FP8, MS_FP9
from .floating.small_float import SmallFloat
from .format import Format, Quantiser
from .integers.fixed_point import FixedPoint
from .integers.revealed import TermRevealed
from .integers.top_terms import TopTerms
from .integers.two_digits import TwoDigits
from .levels.binary import BinaryConnect, BinaryNetwork, BinaryWeights, XnorNet, bnn_data, xnor_data
from .levels.codebook import Codebook
from .levels.logarithmic import Logarithmic
from .levels.power_of_two import AdditivePowerOfTwo, power_of_two
from .levels.ternary import FineGrainedTernary, TernaryWeights, TrainedTernary

_LANES = Array(kind="term", rows=1, cols=1, lanes=12, group=8, dedicated=True, window=2)

FORMATS = (
    FixedPoint(),
    FixedPoint(bits=2),
    FixedPoint(bits=4),
    FixedPoint(bits=16),
    FixedPoint(signed=False),
    FixedPoint(symmetric=False),
    FixedPoint(bits=4, signed=False, symmetric=False),
    FixedPoint(power_of_two=True),
    FixedPoint(bits=6, symmetric=False, power_of_two=True),
    FixedPoint(bits=4, choice=Percentile(99.0)),
    FixedPoint(bits=4, choice=LeastSquaredError()),
    FixedPoint(bits=8, choice=AverageRange(4)),
    TwoDigits(),
    TwoDigits(choice=LeastSquaredError()),
    GroupExponent(),
    GroupExponent(TwoDigits(), exponent_bits=1),
    GroupExponent(FixedPoint(bits=3, choice=LeastSquaredError()), block=16),
    GroupExponent(E2M1),
    MXINT8,
    BlockFloating(bits=4, block=16),
    E4M3,
    E5M2,
    E2M1,
    E3M2,
    E2M3,
    FLOAT16,
    BFLOAT16,
    MS_FP8,
    MS_FP9,
    SmallFloat(4, 3, specials="nan", scaling="real"),
    SmallFloat(2, 1, specials="none", scaling="power_of_two"),
    Logarithmic(3),
    Logarithmic(4),
    Logarithmic(3, steps=2),
    Logarithmic(4, full_scale=1),
    power_of_two(4),
    AdditivePowerOfTwo(terms=2, term_bits=2),
    AdditivePowerOfTwo(terms=3, term_bits=2, choice=LeastSquaredError()),
    BinaryConnect(),
    BinaryConnect(scale="glorot"),
    BinaryWeights(),
    XnorNet(),
    BinaryNetwork(),
    TernaryWeights(),
    TrainedTernary(),
    FineGrainedTernary(group=16),
    Codebook(16),
    Codebook(256),
    Codebook(16, bits=8),
    TermRevealed(),
    TermRevealed(group=8, budget=8, base=FixedPoint(bits=6)),
    TermRevealed(group=1, budget=2, encoding="binary"),
    TermRevealed(group=8, budget=12, rule=_LANES),
    TopTerms(),
    TopTerms(base=FixedPoint(signed=False), terms=2),
)

__all__ = [
    "BFLOAT16",
    "E2M1",
    "E2M3",
    "E3M2",
    "E4M3",
    "E5M2",
    "FLOAT16",
    "FORMATS",
    "MS_FP8",
    "MS_FP9",
    "MXINT8",
    "AdditivePowerOfTwo",
    "AverageRange",
    "BinaryConnect",
    "BinaryNetwork",
    "BinaryWeights",
    "BlockFloating",
    "Codebook",
    "Errors",
    "FineGrainedTernary",
    "FixedPoint",
    "Format",
    "GroupExponent",
    "Largest",
    "LeastSquaredError",
    "Logarithmic",
    "Percentile",
    "Quantiser",
    "RangeChoice",
    "SmallFloat",
    "TermRevealed",
    "TernaryWeights",
    "TopTerms",
    "TrainedTernary",
    "TwoDigits",
    "XnorNet",
    "average_end",
    "bnn_data",
    "errors",
    "layer_ramp",
    "power_of_two",
    "xnor_data",
]
