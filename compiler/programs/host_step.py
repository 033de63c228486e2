"""A step of a network that the host computes while the list of records waits: what it reads and makes is outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from math import inf
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network import IntegerTensor, Node, Plan
from lowtide.golden.network.floating.operations import OPERATIONS
from lowtide.golden.network.quantised.integer_steps import integer_step
from lowtide.golden.network.quantised.steps import WEIGHTED, Step

from .external import Codes
from .host_layer import HostLayer
from .stated import tuples

__all__ = ["HostStep", "HostTurns"]

OPS = tuple(OPERATIONS)


@dataclass(frozen=True, kw_only=True, eq=False)
class HostStep:
    """A step, computed as the integer network does.

    Parameters
    ----------
    name : str
    op : str
        Of :class:`lowtide.golden.network.quantised.steps.Step`.
    inputs : tuple of Codes
        What it reads.
    output : Codes
        What it makes.
    attributes : mapping of str to object
        Of the op.
    weight, bias : tuple of float, or None
        Of a layer norm.
    low, high : float or None
        What real numbers are clipped to; None: not.
    requantisation : str
    multiplier_bits : int
    softmax : str
        As of :class:`lowtide.golden.network.Plan`.
    layer : HostLayer or None
        Of an op with quantised weights.

    Raises
    ------
    ValueError
        An op or a rule that there is not.
    """

    name: str
    op: str
    inputs: tuple[Codes, ...]
    output: Codes
    attributes: Mapping[str, Any]
    weight: tuple[float, ...] | None
    bias: tuple[float, ...] | None
    low: float | None
    high: float | None
    requantisation: str
    multiplier_bits: int
    softmax: str
    layer: HostLayer | None = None

    def __post_init__(self) -> None:
        if self.op not in OPS:
            raise ValueError(f"op of host step {self.name} is {self.op!r}, allowed are {', '.join(OPS)}")
        if (self.op in WEIGHTED) != (self.layer is not None):
            raise ValueError(
                f"layer of host step {self.name} is {self.layer}, allowed are those of {', '.join(WEIGHTED)}"
            )
        _ = self.plan  # which refuses a rule that there is not

    @property
    def plan(self) -> Plan:
        """How the integer network rounds."""
        return Plan(requantisation=self.requantisation, multiplier_bits=self.multiplier_bits, softmax=self.softmax)

    @classmethod
    def of(cls, step: Step, plan: Plan, inputs: Sequence[Codes], output: Codes, layer: HostLayer | None = None) -> Self:
        """A step of a network."""
        node, real = step.node, layer is None  # else the weights are in memory
        return cls(
            name=step.name,
            op=step.op,
            inputs=tuple(inputs),
            output=output,
            attributes={} if step.op == "clip" or not real else node.attributes,  # its limits or its layer say all
            weight=None if not real or node.weight is None else tuple(map(float, node.weight)),
            bias=None if not real or node.bias is None else tuple(map(float, node.bias)),
            low=step.limits[0] if np.isfinite(step.limits[0]) else None,
            high=step.limits[1] if np.isfinite(step.limits[1]) else None,
            requantisation=plan.requantisation,
            multiplier_bits=plan.multiplier_bits,
            softmax=plan.softmax,
            layer=layer,
        )

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """A step as JSON states it. KeyError and TypeError for what is none."""
        given = {
            "inputs": tuple(map(Codes.read, stated["inputs"])),
            "output": Codes.read(stated["output"]),
            "attributes": tuples(stated["attributes"]),
            "layer": None if stated.get("layer") is None else HostLayer.read(stated["layer"]),
        }
        names = {field.name for field in fields(cls)} - given.keys()
        return cls(**tuples({name: stated[name] for name in names}) | given)

    def compute(self, memory: NDArray[np.uint8]) -> None:
        """Read the inputs from external memory, uint8 [bytes], and write the output there.

        Raises
        ------
        ValueError
            For attributes and shapes that do not fit each other, and sums that 32 bits do not hold.
        """
        names = tuple(each.tensor.name for each in self.inputs)
        try:
            if self.layer is not None:
                self.layer.compute(self.name, memory, self.inputs[0], self.output)
                return
            node = Node(
                name=self.name,
                op=self.op,
                inputs=names,
                attributes=dict(self.attributes),
                weight=None if self.weight is None else np.array(self.weight, np.float64),
                bias=None if self.bias is None else np.array(self.bias, np.float64),
            )
            limits = (-inf if self.low is None else self.low, inf if self.high is None else self.high)
            step = Step(name=self.name, op=self.op, inputs=names, node=node, limits=limits, names=(self.name,))
            tensors = [IntegerTensor(each.get(memory)[None], each.quantiser) for each in self.inputs]
            made = integer_step(step, tensors, self.output.quantiser, self.plan)
            self.output.put(memory, made.codes[0])
        except (AssertionError, AttributeError, IndexError, KeyError, TypeError) as error:
            raise ValueError(
                f"host step {self.name} is none: {type(error).__name__} of {error}, allowed is what compile has written"
            ) from None


class HostTurns:
    """What the host does in one run of a list.

    Parameters
    ----------
    turns : sequence of sequence of HostStep
        The steps of each WAIT, in order.
    memory : ndarray of uint8 [bytes]
        External memory.
    """

    def __init__(self, turns: Sequence[Sequence[HostStep]], memory: NDArray[np.uint8]) -> None:
        self.turns, self.memory = iter(turns), memory

    def turn(self) -> None:
        """Compute the steps of the next WAIT. ``ValueError`` as of :meth:`HostStep.compute`."""
        for step in next(self.turns):
            step.compute(self.memory)
