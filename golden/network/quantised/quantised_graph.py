"""A quantised network and its evaluation in integers.

Tensors are codes with a quantiser, ``x = scale (code - zero_point)``, and every step is integer arithmetic, see
`lowtide.golden.network.quantised.integer_steps`.

Source: Jacob et al., arXiv 1712.05877.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...number_formats.format import Quantiser
from ...number_formats.integers.fixed_point import FixedPointQuantiser
from ..floating.graph import Graph, walk
from ..integers.integer_tensor import IntegerTensor
from .integer_steps import fitted, integer_step
from .layer import Product, QuantisedLayer
from .plan import Plan
from .steps import Step

__all__ = ["QuantisedGraph"]


@dataclass(frozen=True, kw_only=True, eq=False)
class QuantisedGraph:
    """A network after quantisation, made by `lowtide.golden.network.quantised.post_training.quantise_graph`.

    Parameters
    ----------
    graph : Graph
        The float network, batch norms folded.
    plan : Plan
        How it was quantised.
    steps : tuple of Step
        What is computed, in order.
    layers : dict of str to QuantisedLayer
        By name of the step.
    quantisers : dict of str to Quantiser or None
        Of each tensor by name, the input's included; None where it stays real or at its accumulators.
    """

    graph: Graph
    plan: Plan
    steps: tuple[Step, ...]
    layers: dict[str, QuantisedLayer]
    quantisers: dict[str, Quantiser | None]

    def run(
        self,
        x: ArrayLike,
        *,
        product: Product | None = None,
        record: Callable[[str, IntegerTensor], object] | None = None,
    ) -> NDArray[np.float64]:
        """The real output of real data, computed in integers.

        Parameters
        ----------
        x : array_like of real numbers [batch, *shape]
        product : Product or None
            The GEMM, see `QuantisedLayer.accumulators`; None is the exact product.
        record : callable, optional
            Called as ``record(name, tensor)`` with every `IntegerTensor`.

        Returns
        -------
        ndarray of float64 [batch, ...]

        Raises
        ------
        ValueError
            For what integers cannot do: real tensors, weights without integers, a bias or a sum beyond 32 bits (with
            the name).
        """
        return self.run_integers(x, product=product, record=record).real()

    def run_integers(
        self,
        x: ArrayLike,
        *,
        product: Product | None = None,
        record: Callable[[str, IntegerTensor], object] | None = None,
    ) -> IntegerTensor:
        """The output as an `IntegerTensor`. Arguments and errors as `run`."""
        obstacle = self.obstacle()
        if obstacle:
            raise ValueError(obstacle)
        return walk(
            self.steps,
            self.graph.input,
            self.quantised_input(x),
            lambda step, inputs: self.computed(step, inputs, product),
            record,
        )

    def obstacle(self) -> str | None:
        """What keeps the network from being computed in integers, in one line with the tensor or layer; None if nothing
        does."""
        for name, quantiser in self.quantisers.items():
            fixed = isinstance(quantiser, FixedPointQuantiser)
            if not fixed and not (quantiser is None and self.keeps_accumulators(name)):
                return f"activations of {name} are not fixed point, allowed in integers is fixed point"
        for layer in self.layers.values():
            if layer.weights.integers is None:
                return (
                    f"weights of {layer.name} are {layer.weights.name}, allowed in integers are formats that are "
                    f"integers times a scale per column"
                )
        return None

    def keeps_accumulators(self, name: str) -> bool:
        """Whether the tensor is the output, left at its accumulators."""
        return (
            self.plan.output == "accumulators"
            and name == self.steps[-1].name
            and name in self.layers
            and not any(np.isfinite(self.steps[-1].limits))
        )

    def quantised_input(self, x: ArrayLike) -> IntegerTensor:
        """Real ``x`` as the first `IntegerTensor`."""
        real = self.graph.checked(x)
        quantiser = self._fixed(self.graph.input)
        assert quantiser is not None
        if self.plan.scales == "dynamic":
            quantiser = fitted(quantiser, (real.min(), real.max()))
        return IntegerTensor(quantiser.encode(real), quantiser)

    def _fixed(self, name: str) -> FixedPointQuantiser | None:
        """The quantiser of a tensor, None where it stays at its accumulators: `obstacle` knows no others."""
        quantiser = self.quantisers[name]
        assert quantiser is None or isinstance(quantiser, FixedPointQuantiser)
        return quantiser

    def computed(self, step: Step, inputs: Sequence[IntegerTensor], product: Product | None = None) -> IntegerTensor:
        """The tensor that a step makes of the tensors that it reads. ``product`` and errors as `run`."""
        layer = self.layers.get(step.name)
        return integer_step(step, inputs, self._fixed(step.name), self.plan, layer=layer, product=product)
