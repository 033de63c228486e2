"""An ONNX node at hand, whose inputs and attributes an operator asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from .tensor import Tensor

__all__ = ["Step"]


@dataclass(frozen=True, eq=False)
class Step:
    """An ONNX node.

    Parameters
    ----------
    op, name : str
        The operator, and the name of the first of the node's outputs that is not left out.
    inputs : tuple
        Each a `Tensor`, an array if it is constant, or None if it is left out.
    attributes : dict of str to object
        As ONNX states them.
    version : int
        Of the operator set.
    outputs : tuple of str
        Names of all outputs, "" for one that is left out.
    """

    op: str
    name: str
    inputs: tuple[Any, ...]
    attributes: dict[str, Any]
    version: int
    outputs: tuple[str, ...] = ()

    def refuse(self, what: str, allowed: str) -> NoReturn:
        """Raise the ValueError of something that a graph cannot state."""
        raise ValueError(f"{what} of {self.op} {self.name}, allowed is {allowed}")

    def constant(self, index: int, default: Any = None, *, finite: bool = True) -> Any:
        """The constant input of that index as float64; ``default`` if it is left out. ValueError if it is not constant,
        or has values that are not ``finite``."""
        if index >= len(self.inputs) or self.inputs[index] is None:
            return default
        if isinstance(self.inputs[index], Tensor):
            self.refuse(f"input {index} is not constant", "a constant")
        return self.real(self.inputs[index], f"input {index}", finite=finite)

    def real(self, values: NDArray[Any], what: str, *, finite: bool = True) -> NDArray[np.float64]:
        """A constant as float64. ValueError for complex numbers, and for NaN and infinities if ``finite``."""
        if np.iscomplexobj(values):
            self.refuse(f"{what} is complex", "real numbers")
        array = np.asarray(values, np.float64)
        if np.isnan(array).any() or (finite and not np.isfinite(array).all()):
            place = np.argwhere(~np.isfinite(array))[0].tolist()
            self.refuse(f"{what} is {array[tuple(place)]} at {place}", "finite numbers")
        return array

    def integers(self, index: int, name: str, default: Sequence[int] | None = None) -> list[int] | None:
        """Integers that are an input in new operator sets and the attribute ``name`` in old ones."""
        given = self.attributes.get(name, default) if index >= len(self.inputs) else self.constant(index, default)
        return None if given is None else [int(value) for value in np.ravel(given)]

    def axis(self, x: Tensor, default: int) -> int:
        """The attribute ``axis``, counted from the first. ValueError for one that ``x`` does not have."""
        axis: int = self.attributes.get("axis", default)
        if not -len(x.shape) <= axis < len(x.shape):
            self.refuse(f"axis {axis}", f"one of {len(x.shape)} axes")
        return axis % len(x.shape)

    def tensor(self, index: int = 0) -> Tensor:
        """The input of that index, a `Tensor`. ValueError if it is constant or left out."""
        x = self.inputs[index] if index < len(self.inputs) else None
        if not isinstance(x, Tensor):
            self.refuse(f"input {index} is a constant", "a tensor that depends on the input")
        return x
