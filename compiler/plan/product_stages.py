"""Products of two computed tensors as stages: the product, and in front of it a transposition of the second tensor.

A transposition is a product too, of the identity and the tensor: ``T[n, k] = sum_j I[n, j] Y[k, j]``.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser

from ..layouts.matrices import Matrices
from .own_tensors import OwnTensors
from .products import Product
from .shapes import Shape
from .stage import Stage

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
        data, weights = reads
        matrices, before = product.y.matrices, list[Stage]()
        if product.transposed:
            before = [self._transposition(product, weights)]
            weights, matrices = before[0].makes, before[0].product[-1]
        step = product.step
        own = Stage(
            name=step.name,
            step=step,
            reads=(data, weights),
            makes=product.made.tensor,
            channelwise=False,
            mode=product.mode,
            multiplications=product.multiplications,
            product=(product.x.matrices, matrices, product.made.matrices),
        )
        return [*before, own]

    def _transposition(self, product: Product, weights: str) -> Stage:
        """The stage that transposes the second tensor."""
        count, name = product.y.matrices.count, f"{weights} transposed for {product.step.name}"
        shape = count, product.columns, self._inner(product)
        self.own.add(name, shape, self.network.quantisers[product.y.tensor])
        return Stage(
            name=name,
            step=None,
            reads=(self._identity(product), weights),
            makes=name,
            channelwise=False,
            mode=product.mode,
            product=(Matrices(count=1, shared=True), product.y.matrices, Matrices(count=count)),
            serves=product.step.name,
        )

    def _identity(self, product: Product) -> str:
        """The identity that a product's data could be."""
        size, bits, signed = product.columns, product.mode.x_bits, bool(product.mode.x_signed)
        name = f"identity of {size}, {bits} bits{', signed' if signed else ''}"
        quantiser = FixedPointQuantiser(format=FixedPoint(bits, signed=signed), scale=np.asarray(1.0))
        self.own.add_constant(name, np.eye(size, dtype=np.int64)[None], quantiser)
        return name

    def _inner(self, product: Product) -> int:
        """K."""
        _, _, channels = self.shapes[product.x.tensor]
        return product.x.matrices.channels or channels
