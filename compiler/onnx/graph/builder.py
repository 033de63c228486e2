"""The graph that an import makes, node by node, and what an operator is."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from numpy.typing import NDArray

from lowtide.golden.network.floating.functions import Formula
from lowtide.golden.network.floating.graph import Node
from lowtide.golden.network.quantised.integer_steps import SAME
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser

from .grids import Columns
from .step import Step
from .tensor import State, Tensor

__all__ = ["GraphBuilder", "Operator", "Result"]


@dataclass(eq=False)
class GraphBuilder:
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
    assembled : dict of str to tuple of Tensor
        The vectors that a tensor was put together of, one behind the other, by its name in the graph.
    recurrent_steps : int
        How many steps of recurrent operators the nodes so far are of.
    """

    uses: Counter[str]
    batch: int = 0
    taken: set[str] = field(default_factory=set)
    nodes: list[Node] = field(default_factory=list)
    formulas: dict[str, tuple[str, Formula]] = field(default_factory=dict)
    quantisers: dict[str, FixedPointQuantiser] = field(default_factory=dict)
    grids: dict[str, Columns] = field(default_factory=dict)
    readers: dict[str, str] = field(default_factory=dict)
    assembled: dict[str, tuple[Tensor, ...]] = field(default_factory=dict)
    recurrent_steps: int = 0

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
Operator = Callable[[GraphBuilder, Step], Result]
