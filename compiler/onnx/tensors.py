"""What an import from ONNX works with: tensors that know their ONNX axes, the node at hand, the graph so far."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.graph import Node

__all__ = ["CHANNELS_LAST", "VECTORS", "Importer", "Operator", "Step", "Tensor"]

CHANNELS_LAST, VECTORS = (0, 2, 3, 1), (0, 1)  #: axes of pictures and of vectors, see `Tensor`


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor that depends on the input.

    Parameters
    ----------
    name : str
        In the graph.
    shape : tuple of int
        In ONNX, of a batch of one.
    axes : tuple of int
        The ONNX axis that each axis of the graph's tensor is; axes that it lacks have length one.
    order : int [n] or None
        The ONNX place of each value along the last axis, None if all are in place.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    order: NDArray[Any] | None = None

    @property
    def graph_shape(self) -> tuple[int, ...]:
        """The shape in the graph, of a batch of one."""
        return tuple(self.shape[axis] for axis in self.axes)

    @property
    def places(self) -> NDArray[Any]:
        """The ONNX place of each value along the last axis: int [n]."""
        return np.arange(self.shape[self.axes[-1]]) if self.order is None else self.order


@dataclass(frozen=True, eq=False)
class Step:
    """An ONNX node.

    Parameters
    ----------
    op, name : str
        The operator, and the name of the node's output.
    inputs : tuple
        Each a `Tensor`, an array if it is constant, or None if it is left out.
    attributes : dict of str to object
        As ONNX states them.
    version : int
        Of the operator set.
    """

    op: str
    name: str
    inputs: tuple[Any, ...]
    attributes: dict[str, Any]
    version: int

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

    def tensor(self, axes: tuple[int, ...] | None = None, ordered: bool = False) -> Tensor:
        """The first input, a `Tensor`. ValueError if it is constant, has other ``axes`` than these (None: any), or
        is permuted and ``ordered`` is asked for."""
        x = self.inputs[0]
        if not isinstance(x, Tensor):
            self.refuse("input 0 is a constant", "a tensor that depends on the input")
        if axes is not None and x.axes != axes:
            self.refuse(f"input has the axes {x.axes}", f"{axes}")
        if ordered and x.order is not None:
            self.refuse("input is a flattened picture", "one of another order")
        return x


@dataclass(eq=False)
class Importer:
    """The graph so far.

    Parameters
    ----------
    uses : Counter of str
        How often each ONNX tensor is used.
    nodes : list of Node
        Those that were made.
    """

    uses: Counter[str]
    nodes: list[Node] = field(default_factory=list)

    def emit(
        self,
        step: Step,
        op: str,
        inputs: Sequence[Tensor],
        like: Tensor,
        *,
        weight: NDArray[Any] | None = None,
        bias: NDArray[Any] | None = None,
        attributes: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Tensor:
        """Append a node.

        Parameters
        ----------
        step : Step
            The ONNX node, whose name it gets.
        op : str
            Of the graph's node.
        inputs : sequence of Tensor
            What it reads.
        like : Tensor
            What the output is like.
        weight, bias, attributes
            Those of the node.
        **changes
            Fields of the output in which it differs from ``like``.

        Returns
        -------
        Tensor
            The output.
        """
        for what, values in (("weight", weight), ("bias", bias)):
            if values is not None:
                step.real(values, what)
        self.nodes.append(
            Node(
                name=step.name,
                op=op,
                inputs=tuple(x.name for x in inputs),
                weight=weight,
                bias=bias,
                attributes=attributes or {},
            )
        )
        return replace(like, name=step.name, **changes)

    def add_to_bias(self, step: Step, x: Tensor, values: NDArray[Any]) -> Tensor | None:
        """Add values to the bias of the linear or conv node that makes a tensor.

        Parameters
        ----------
        step : Step
            The ONNX node that adds.
        x : Tensor
            What they are added to.
        values : ndarray [outputs]
            What is added.

        Returns
        -------
        Tensor or None
            The sum; None if another node makes ``x`` or its own output is needed too.
        """
        for place, node in enumerate(self.nodes):
            if node.name == x.name and node.op in ("linear", "conv") and self.uses[x.name] == 1:
                self.nodes[place] = replace(node, name=step.name, bias=node.bias + values)
                return replace(x, name=step.name)
        return None


#: Makes the nodes of an operator and returns what they compute.
Operator = Callable[[Importer, Step], Tensor]
