"""What an import from ONNX works with: tensors that know their ONNX axes, the node at hand, the graph so far."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.functions import Formula
from lowtide.golden.network.floating.graph import Node
from lowtide.golden.network.quantised.quantised_graph import SAME
from lowtide.golden.number_formats.fixed_point import FixedPointQuantiser

from .grids import Columns

__all__ = ["CHANNELS_LAST", "VECTORS", "Importer", "Operator", "Result", "State", "Step", "Tensor"]

CHANNELS_LAST, VECTORS = (0, 2, 3, 1), (0, 1)  #: axes of pictures and of vectors, see `Tensor`


class State(Enum):
    """What a node reads of a tensor: it as it was made, its codes, or the real numbers that these stand for."""

    REAL, CODES, ROUNDED = range(3)


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
        The ONNX axis that each axis of the graph's tensor is, 0 first; axes that it lacks have length one.
    order : int [n] or None
        The ONNX place of each value along the last axis, None if all are in place.
    flattened : Tensor or None
        Of a tensor with an order: what was flattened, its name aside.
    state : State
        Whether it is read as real numbers, as codes or as what codes stand for.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[int, ...]
    order: NDArray[Any] | None = None
    flattened: "Tensor | None" = None
    state: State = State.REAL

    @property
    def graph_shape(self) -> tuple[int, ...]:
        """The shape in the graph, of a batch of one."""
        return tuple(self.shape[axis] for axis in self.axes)

    @property
    def places(self) -> NDArray[Any]:
        """The ONNX place of each value along the last axis: int [n]."""
        return np.arange(self.shape[self.axes[-1]]) if self.order is None else self.order

    @property
    def long_axes(self) -> tuple[int, ...]:
        """The axes behind the batch that are longer than one, in the graph's order."""
        return tuple(axis for axis in self.axes[1:] if self.shape[axis] != 1)


@dataclass(frozen=True, eq=False)
class Step:
    """An ONNX node.

    Parameters
    ----------
    op, name : str
        The operator, and the name of the node's first output.
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


@dataclass(eq=False)
class Importer:
    """The graph so far.

    Parameters
    ----------
    uses : Counter of str
        How often each ONNX tensor is used.
    batch : int
        The length of the batch, 0 if it is not stated.
    taken : set of str
        Names that new nodes do not get: those of all ONNX tensors.
    nodes : list of Node
        Those that were made.
    formulas : dict of str to (str, Formula)
        Tensors that are functions of one value of another tensor: its name, and the function.
    quantisers : dict of str to FixedPointQuantiser
        Of the tensors that a quantised model rounds, by name in the graph.
    grids : dict of str to Columns
        Of the weights of nodes, by name, where a quantised model states them as integers.
    readers : dict of str to str
        Who first reads a tensor as it was made, by its name in the graph.
    """

    uses: Counter[str]
    batch: int = 0
    taken: set[str] = field(default_factory=set)
    nodes: list[Node] = field(default_factory=list)
    formulas: dict[str, tuple[str, Formula]] = field(default_factory=dict)
    quantisers: dict[str, FixedPointQuantiser] = field(default_factory=dict)
    grids: dict[str, Columns] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)

    def emit(
        self,
        step: Step,
        op: str,
        inputs: Sequence[Tensor],
        like: Tensor,
        *,
        name: str | None = None,
        weight: NDArray[Any] | None = None,
        bias: NDArray[Any] | None = None,
        attributes: dict[str, Any] | None = None,
        columns: Columns | None = None,
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
        name : str, optional
            Of the node, in place of the step's; see `helper_name`.
        weight, bias, attributes
            Those of the node.
        columns : Columns, optional
            The grids of the weight's columns, if it was given as integers.
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
        name = step.name if name is None else name
        self.nodes.append(
            Node(
                name=name,
                op=op,
                inputs=tuple(x.name for x in inputs),
                weight=weight,
                bias=bias,
                attributes=attributes or {},
            )
        )
        if columns is not None:
            self.grids[name] = columns
        state = State.CODES if like.state is State.CODES else State.REAL
        return replace(like, name=name, state=state, **changes)

    def helper_name(self, step: Step, word: str) -> str:
        """A new name for a node that an operator needs beside the one that makes its output."""
        name, number = f"{step.name} {word}", 1
        while name in self.taken:
            number += 1
            name = f"{step.name} {word} {number}"
        self.taken.add(name)
        return name

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
        if x.name in self.quantisers:
            return None
        for place, node in enumerate(self.nodes):
            if node.name == x.name and node.op in ("linear", "conv") and self.uses[x.name] == 1:
                if x.name in self.grids:
                    self.grids[step.name] = self.grids.pop(x.name)
                self.nodes[place] = replace(node, name=step.name, bias=node.bias + values)
                return replace(x, name=step.name)
        return None

    def quantiser(self, name: str) -> FixedPointQuantiser | None:
        """The quantiser of a tensor: its own, or of what it was moved from; None if it is not rounded."""
        moved = {node.name: node.inputs[0] for node in self.nodes if node.op in SAME}
        while name not in self.quantisers and name in moved:
            name = moved[name]
        return self.quantisers.get(name)

    def node(self, x: Tensor) -> Node | None:
        """The node that makes a tensor, None for the input."""
        return next((node for node in reversed(self.nodes) if node.name == x.name), None)

    def needed(self, names: Iterable[str]) -> list[Node]:
        """The nodes that these tensors need, in order."""
        wanted, kept = set(names), []
        for node in reversed(self.nodes):
            if node.name in wanted:
                wanted.update(node.inputs)
                kept.append(node)
        return kept[::-1]


#: What an operator makes: a tensor or a constant for each of its outputs, one alone for the first.
Result = Tensor | NDArray[Any] | tuple[Tensor | NDArray[Any] | None, ...]
#: Makes the nodes of an operator and returns what they compute.
Operator = Callable[[Importer, Step], Result]
