"""Functions of a quantised network in integers: a table of an output code for every input code.

``table[code] = clip(round(f(s_X (code - z_X)) / s_Y) + z_Y)``, halves to even. A sigmoid or tanh whose output has the
range that is known of it is a `lowtide.golden.functions.Table`, which is the same, and a softmax then is
`lowtide.golden.functions.Softmax` or, if the plan says so, `lowtide.golden.functions.TableSoftmax`. A softmax of
another output and a layer norm are computed in floating point of the numbers that the codes stand for, and rounded
once: what a host does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...checks import value_range
from ...functions import Softmax, Table, TableSoftmax
from ...functions.codes import Codes
from ...number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from ..floating.functions import FUNCTIONS, apply
from ..floating.graph import Node
from ..floating.operations import evaluate
from ..integers.integer_tensor import IntegerTensor

__all__ = ["PLACES", "TABLES", "code_table", "function_quantiser", "integer_function", "table_softmax"]

TABLES = ("sigmoid", "tanh", "softmax")  #: ops whose outputs have a range that is known
#: The quantiser of places among values: whole numbers as they are.
PLACES = FixedPointQuantiser(format=FixedPoint(16, signed=False), scale=np.asarray(1.0))


def function_quantiser(op: str, format: FixedPoint) -> FixedPointQuantiser:
    """The quantiser of a sigmoid, tanh or softmax: fixed point of the bits of ``format`` whose range holds 1, unsigned
    but for tanh."""
    plain = FixedPoint(format.bits, signed=op == "tanh", power_of_two=format.power_of_two)
    return plain.of_range(-1.0 if op == "tanh" else 0.0, 1.0)


def code_table(node: Node, x: FixedPointQuantiser, y: FixedPointQuantiser) -> NDArray[np.int32]:
    """The table of a function of one value.

    Parameters
    ----------
    node : Node
        Whose op is one of `lowtide.golden.network.floating.functions`.
    x, y : FixedPointQuantiser
        Of its input and of its output.

    Returns
    -------
    ndarray of int32 [2^bits of x]
        Output codes, that of the smallest input code first.

    Raises
    ------
    ValueError
        For a function that is not a finite number somewhere.
    """
    if node.op in TABLES and _is_known(node.op, y):
        return Table(
            Codes(
                function=node.op,
                x_scale=float(x.scale),
                x_zero=int(x.zero_point),
                x_bits=x.format.bits,
                x_signed=x.format.signed,
                y_bits=y.format.bits,
                one=round(1 / float(y.scale)),
            )
        ).entries
    low, high = value_range(x.format.bits, x.format.signed)
    values = apply(node.op, node.attributes, (np.arange(low, high + 1) - int(x.zero_point)) * float(x.scale))
    if not np.isfinite(values).all():
        raise ValueError(f"{node.op} {node.name} is {values[~np.isfinite(values)][0]}, allowed are finite numbers")
    return y.encode(values)


def table_softmax(x: FixedPointQuantiser, y: FixedPointQuantiser, values: int) -> TableSoftmax | None:
    """The softmax by tables of so many codes, None where it has none."""
    one, form = round(1 / float(y.scale)), y.format
    most = 256 if form.bits == 8 else form.largest_integer  # 256 / 256 has the code 255
    is_known = not form.signed and int(y.zero_point) == 0 and 1 <= one <= most and abs(one * float(y.scale) - 1) < 1e-6
    if not is_known or max(x.format.bits, form.bits) > 8 or values > 255:
        return None
    return TableSoftmax(x_scale=float(x.scale), x_bits=x.format.bits, x_signed=x.format.signed, one=one)


def integer_function(
    node: Node, x: IntegerTensor, y: FixedPointQuantiser, softmax: str = "division"
) -> NDArray[np.int32]:
    """The output codes, of quantiser ``y``, of a function of one value, a softmax or a layer norm of codes ``x``;
    ``softmax`` as of `lowtide.golden.network.quantised.plan.Plan`."""
    format = x.fixed.format
    if node.op in FUNCTIONS:
        return code_table(node, x.fixed, y)[x.codes - value_range(format.bits, format.signed)[0]]
    by_tables = table_softmax(x.fixed, y, x.codes.shape[-1]) if node.op == "softmax" and softmax == "tables" else None
    if by_tables is not None:
        return by_tables(x.codes)
    if node.op == "softmax" and _is_known(node.op, y):
        exact = Softmax(
            x_scale=float(x.fixed.scale),
            x_bits=format.bits,
            x_signed=format.signed,
            y_bits=y.format.bits,
            one=round(1 / float(y.scale)),
        )
        return exact(x.codes)
    return y.encode(evaluate(node, [x.real()]))


def _is_known(op: str, y: FixedPointQuantiser) -> bool:
    """Whether an output is that of `function_quantiser`: without a zero point, a whole number of steps to 1."""
    if not y.format.symmetric or y.format.signed != (op == "tanh"):
        return False
    one = round(1 / float(y.scale))
    return 1 <= one <= y.format.largest_integer and abs(one * float(y.scale) - 1) < 1e-12
