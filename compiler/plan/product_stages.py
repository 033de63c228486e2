"""Products of two computed tensors as stages: the product, and in front of it a transposition of the second tensor.

A transposition is a product too, of the identity and the tensor: ``T[n, k] = sum_j I[n, j] Y[k, j]``.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.number_formats.format import Quantiser
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.matrices import Matrices
from .products import Product
from .shapes import Shape
from .stage import Stage

__all__ = ["ProductStages"]


class ProductStages:
    """The stages of a network's products, and the tensors that the network itself does not have.

    Parameters
    ----------
    network : QuantisedGraph
    config : AcceleratorConfig
    shapes : mapping of str to Shape
        Of the network's tensors, as they lie in memory.

    Attributes
    ----------
    shapes : dict of str to Shape
    quantisers : dict of str to Quantiser
        Of tensors that are transposed, and of identities.
    constants : dict of str to ndarray of int64
        Codes of identities.
    """

    def __init__(self, network: QuantisedGraph, config: AcceleratorConfig, shapes: dict[str, Shape]) -> None:
        self.network, self.config, self.known = network, config, shapes
        self.shapes: dict[str, Shape] = {}
        self.quantisers: dict[str, Quantiser | None] = {}
        self.constants: dict[str, NDArray[np.int64]] = {}

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
        self.shapes[name] = count, product.columns, self._inner(product)
        self.quantisers[name] = self.network.quantisers[product.y.tensor]
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
        self.shapes[name] = 1, size, size
        form = FixedPoint(max(2, bits), signed=signed)
        self.quantisers[name] = FixedPointQuantiser(format=form, scale=np.asarray(1.0))
        self.constants[name] = np.eye(size, dtype=np.int64)[None]
        return name

    def _inner(self, product: Product) -> int:
        """K."""
        _, _, channels = self.known[product.x.tensor]
        return product.x.matrices.channels or channels
