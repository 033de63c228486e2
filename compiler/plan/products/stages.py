"""Products of two computed tensors as stages: the product, and in front of it a transposition of the second tensor.

A transposition is a product too, of the identity and the tensor: ``T[n, k] = sum_j I[n, j] Y[k, j]``.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser

from ...layouts.matrices import Matrices
from ...steps.products import Side
from ..own_tensors import OwnTensors
from ..shapes import Shape
from ..stage import Stage
from .products import Product

__all__ = ["ProductStages"]


class ProductStages:
    """The stages of a network's products.

    Parameters
    ----------
    network : QuantisedGraph
    shapes : mapping of str to Shape
        Of the network's tensors, as they lie in memory.
    own : OwnTensors
        What tensors that are transposed, and identities, are added to.
    """

    def __init__(self, network: QuantisedGraph, shapes: Mapping[str, Shape], own: OwnTensors) -> None:
        self.network, self.shapes, self.own = network, shapes, own

    def stages(self, product: Product, reads: Sequence[str]) -> list[Stage]:
        """The stages of a product that reads these tensors."""
        data, before = self._signed(product, product.x.tensor, reads[0], product.sides.x)
        weights, others = self._signed(product, product.y.tensor, reads[1], product.sides.y)
        before, matrices = before + others, product.y.matrices
        if product.transposed:
            before.append(self._transposition(product, weights))
            weights, matrices = before[-1].makes, before[-1].product[-1]
        step = product.step
        own = Stage(
            name=step.name,
            step=step,
            reads=(data, weights),
            makes=product.made.tensor,
            channelwise=False,
            mode=product.sides.mode,
            multiplications=product.multiplications,
            product=(product.x.matrices, matrices, product.made.matrices),
            zeros=product.sides.zeros,
        )
        return [*before, own]

    def _signed(self, product: Product, tensor: str, name: str, side: Side) -> tuple[str, list[Stage]]:
        """A tensor of the network, called ``name`` where it lies, as a product takes it, and the copy that it needs
        for that."""
        made, x = f"{name} less {side.taken_off}", self.network.quantisers[tensor]
        if not side.taken_off:
            return name, []
        if made in self.own.shapes:
            return made, []
        assert isinstance(x, FixedPointQuantiser), f"{tensor} is not quantised"
        form = FixedPoint(side.bits, signed=True, symmetric=False)
        self.own.add(made, self.shapes[tensor], FixedPointQuantiser(format=form, scale=x.scale, zero_point=side.zero))
        copy = Stage(
            name=made, step=None, reads=(name,), makes=made, serves=product.step.name, taken_off=side.taken_off
        )
        return made, [copy]

    def _transposition(self, product: Product, weights: str) -> Stage:
        """The stage that transposes the second tensor."""
        count, name = product.y.matrices.count, f"{weights} transposed for {product.step.name}"
        shape = count, product.columns, self._inner(product)
        self.own.add(name, shape, self.own.quantisers.get(weights) or self.network.quantisers[product.y.tensor])
        return Stage(
            name=name,
            step=None,
            reads=(self._identity(product), weights),
            makes=name,
            channelwise=False,
            mode=product.sides.mode,
            product=(Matrices(count=1, shared=True), product.y.matrices, Matrices(count=count)),
            serves=product.step.name,
        )

    def _identity(self, product: Product) -> str:
        """The identity that a product's data could be."""
        size, bits, signed = product.columns, product.sides.mode.x_bits, bool(product.sides.mode.x_signed)
        name = f"identity of {size}, {bits} bits{', signed' if signed else ''}"
        quantiser = FixedPointQuantiser(format=FixedPoint(bits, signed=signed), scale=np.asarray(1.0))
        self.own.add_constant(name, np.eye(size, dtype=np.int64)[None], quantiser)
        return name

    def _inner(self, product: Product) -> int:
        """K."""
        _, _, channels = self.shapes[product.x.tensor]
        return product.x.matrices.channels or channels
