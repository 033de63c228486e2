"""Seconds for one picture through a network of EfficientNet-Lite0's shape, in exact integer term-revealing arithmetic.

Term revealing changes the integers once, when the network is quantised; what is timed is integer matrix products,
requantisation, pooling and additions, one picture at a time.
"""

import statistics
import time

import numpy as np

from lowtide.golden.network import Plan as NetworkPlan
from lowtide.golden.network import quantise_graph
from lowtide.golden.number_formats import TermRevealed

from .efficientnet_shape import make_efficientnet
from .plan import Number, Plan

__all__ = ["number"]

MOST_SECONDS = 5
GROUP, BUDGET = 8, 10


def number(plan: Plan) -> Number:
    """Seconds a picture."""
    rng = np.random.default_rng(plan.seed)
    graph = make_efficientnet(plan.picture)
    network = quantise_graph(
        graph,
        rng.normal(size=(2, *graph.shape)).astype(np.float32),
        NetworkPlan(weights=TermRevealed(group=GROUP, budget=BUDGET)),
    )
    seconds = []
    for _ in range(plan.repeats):
        picture = rng.normal(size=(1, *graph.shape)).astype(np.float32)
        start = time.perf_counter()
        network.run(picture)
        seconds.append(time.perf_counter() - start)
    return Number(
        "golden_efficientnet_lite0_integer_seconds_per_picture",
        statistics.median(seconds),
        f"{plan.picture}x{plan.picture} picture, TR g={GROUP} k={BUDGET}, 8-bit data, exact integers",
        most=MOST_SECONDS,
    )
