"""Activation functions in integers: tables, piecewise linear, softmax; each with a stated worst-case error."""

from .function import EXP, FUNCTIONS, SIGMOID, TANH, Function
from .piecewise_linear import PiecewiseLinear
from .round_shift import divide, round_shift
from .softmax import Softmax
from .table import Table
from .table_softmax import TableSoftmax

__all__ = [
    "EXP",
    "FUNCTIONS",
    "SIGMOID",
    "TANH",
    "Function",
    "PiecewiseLinear",
    "Softmax",
    "Table",
    "TableSoftmax",
    "divide",
    "round_shift",
]
