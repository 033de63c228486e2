"""All experiments, in the order in which they run."""

from collections.abc import Sequence

from ..framework.experiment import Experiment
from .fixed_point import dynamic_fixed_point
from .group_exponents import group_exponents
from .reduction import reduction
from .summary import summary
from .term_revealing import compensation, group_size, term_revealing
from .widths import bits_per_layer

__all__ = ["EXPERIMENTS", "chosen"]

EXPERIMENTS = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (
        term_revealing,
        compensation,
        group_size,
        group_exponents,
        summary,
        bits_per_layer,
        dynamic_fixed_point,
        reduction,
    )
}


def chosen(names: Sequence[str]) -> list[Experiment]:
    """The experiments of these names, in order, all if there are none; ValueError for a name that does not exist."""
    for name in names:
        if name not in EXPERIMENTS:
            raise ValueError(f"experiment is {name!r}, allowed are {', '.join(EXPERIMENTS)}")
    return [experiment for name, experiment in EXPERIMENTS.items() if not names or name in names]
