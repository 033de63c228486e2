"""Golden throughput of term revealing: 8-bit weights uniform over their range, HESE, groups along the first axis.

NumPy does this elementwise, so it is one core's work; of uniform weights nearly every group is over its budget.
"""

import statistics
import time

import numpy as np

from lowtide import golden

from .plan import Number, Plan

__all__ = ["number"]

LEAST_RATE = 5
GROUP, BUDGET = 8, 12


def number(plan: Plan) -> Number:
    """Values revealed a second, in millions."""
    weights = np.random.default_rng(plan.seed).integers(-128, 128, plan.values, dtype=np.int8)
    rates = []
    for _ in range(plan.repeats):
        start = time.perf_counter()
        golden.reveal(weights, group=GROUP, budget=BUDGET, axis=0)
        rates.append(weights.size / 1e6 / (time.perf_counter() - start))
    return Number(
        "golden_term_revealing_million_values_per_second",
        statistics.median(rates),
        f"8-bit weights revealed on one core, HESE, g={GROUP}, k={BUDGET}",
        least=LEAST_RATE,
    )
