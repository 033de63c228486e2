"""Activation functions in integers: tables, piecewise linear, softmax; each with a stated worst-case error."""

from golden.functions.function import EXP, FUNCTIONS, SIGMOID, TANH, Function
from golden.functions.piecewise_linear import PiecewiseLinear
from golden.functions.round_shift import divide, round_shift
from golden.functions.softmax import Softmax
from golden.functions.table import Table

__all__ = [
    "EXP",
    "FUNCTIONS",
    "SIGMOID",
    "TANH",
    "Function",
    "PiecewiseLinear",
    "Softmax",
    "Table",
    "divide",
    "round_shift",
]
