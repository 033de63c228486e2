"""Tensors that a plan has and the network itself has not."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.number_formats.format import Quantiser

from .shapes import Shape

__all__ = ["OwnTensors"]


@dataclass(frozen=True, kw_only=True)
class OwnTensors:
    """These tensors, by their names.

    Parameters
    ----------
    shapes : dict of str to Shape
    quantisers : dict of str to Quantiser
    constants : dict of str to ndarray of int64
        Codes of those that nothing makes.
    """

    shapes: dict[str, Shape] = field(default_factory=dict)
    quantisers: dict[str, Quantiser | None] = field(default_factory=dict)
    constants: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def add(self, name: str, shape: Shape, quantiser: Quantiser | None) -> None:
        """Add a tensor that a stage makes."""
        self.shapes[name], self.quantisers[name] = shape, quantiser

    def add_constant(self, name: str, codes: NDArray[np.int64], quantiser: Quantiser) -> None:
        """Add a constant, codes [rows, columns, channels]."""
        rows, columns, channels = codes.shape
        self.add(name, (rows, columns, channels), quantiser)
        self.constants[name] = codes
