"""Energy by operation: the published table, applied to the operations of a mode.

    additions: linear in the width between (0, 0), (8, 0.03) and (32, 0.1 pJ), beyond in proportion
    multiplications: the same over the product of the widths, (0, 0), (64, 0.2) and (1024, 3.1 pJ)

The table has no shifters, multiplexers, registers, clocks and no control, so none of them is counted: for PEs that
shift in place of multiplying it is a lower bound, and it says nothing of the cost of flexibility.

Source: M. Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014, figure 1.1.9: 45 nm, 0.9 V.
"""

from collections.abc import Iterable

import numpy as np

from lowtide.hw.pe.operation_counts import Operation

__all__ = ["FLOATING", "INTEGER_ADDITIONS", "INTEGER_MULTIPLICATIONS", "MEMORY", "energy"]

INTEGER_ADDITIONS = {8: 0.03, 32: 0.1}  #: width to pJ
INTEGER_MULTIPLICATIONS = {8: 0.2, 32: 3.1}  #: width of both operands to pJ
FLOATING = {("add", 16): 0.4, ("add", 32): 0.9, ("multiply", 16): 1.1, ("multiply", 32): 3.7}  #: pJ
MEMORY = {"cache 8 kB": 10.0, "cache 32 kB": 20.0, "cache 1 MB": 100.0}  #: pJ for 64 bits

_CURVES = {
    "add": {0: 0.0} | INTEGER_ADDITIONS,
    "multiply": {0: 0.0} | {width**2: picojoules for width, picojoules in INTEGER_MULTIPLICATIONS.items()},
}


def energy(operations: Iterable[Operation]) -> float:
    """fJ of operations."""
    return sum(1000 * each.count * _picojoules(each.name, int(np.prod(each.bits))) for each in operations)


def _picojoules(name: str, size: int) -> float:
    """pJ of one operation; size: the width of an addition, the product of the widths of a multiplication."""
    points = _CURVES[name]
    largest = max(points)
    if size > largest:
        return points[largest] * size / largest
    return float(np.interp(size, list(points), list(points.values())))
