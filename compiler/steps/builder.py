"""What all kernels of a step need: scales as multipliers and shifts, zero points, limits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.integers.requantisation import code_limits, multipliers
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.requantise import Requantisation
from ..layouts.layout import Layout
from .part import Part

__all__ = ["Builder"]


class Builder:
    """A step on a machine.

    Parameters
    ----------
    network : QuantisedGraph
    step : Step
    config : AcceleratorConfig
    target : Layout
        Of the part that is made.
    part : Part

    Raises
    ------
    ValueError
        Where the step's tensor is not quantised.
    """

    def __init__(
        self, network: QuantisedGraph, step: Step, config: AcceleratorConfig, target: Layout, part: Part
    ) -> None:
        self.network, self.step, self.config, self.target, self.part = network, step, config, target, part
        made = network.quantisers[step.name]
        if not isinstance(made, FixedPointQuantiser):
            raise ValueError(f"tensor {step.name} stays at its accumulators, allowed are quantised tensors")
        self.made = made
        low, high = code_limits(made, step.limits)
        self.target_zero = int(made.zero_point)
        self.low, self.high = low - self.target_zero, high - self.target_zero

    def read(self, number: int) -> FixedPointQuantiser:
        """The quantiser of a tensor that is read."""
        found = self.network.quantisers[self.step.inputs[number]]
        assert isinstance(found, FixedPointQuantiser), f"{self.step.inputs[number]} is not quantised"
        return found

    def zero(self, number: int) -> int:
        """Its zero point."""
        return int(self.read(number).zero_point)

    def factors(self, *scales: Any) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
        """Multipliers and shift of scales, those of the output taken off."""
        plan = self.network.plan
        method = plan.requantisation
        if method == "power of two" and "average" in self.step.op:
            method = "multiplier and shift"  # a count need not be a power of two
        ratios = [np.asarray(scale / self.made.scale) for scale in scales]
        return multipliers(ratios, method, plan.multiplier_bits)

    def scaled(self, number: int, count: int = 1) -> Requantisation:
        """The requantisation of a tensor that is read, or of sums of ``count`` of its values."""
        (factor,), shift = self.factors(self.read(number).scale / count)
        return self.rules(factor, shift)

    def rules(self, factor: NDArray[np.int64], shift: NDArray[np.int64]) -> Requantisation:
        """A requantisation to the step's tensor, within its limits."""
        return Requantisation(multiplier=factor, shift=shift, zero=self.target_zero, low=self.low, high=self.high)
