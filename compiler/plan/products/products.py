"""Products of two computed tensors, with what moves values around them taken in.

A product takes matrices one by one, so it reads and writes heads where they lie side by side in the channels of a
layer's tensor: nothing splits or joins them. The second matrix is taken as [N, K]: a transposition in front of it is
taken in, and where there is none a product with the identity makes one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.moving import MOVING
from lowtide.golden.network.floating.operations import evaluate
from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ...layouts.matrices import Matrices
from ...steps.products import Sides, product_sides
from ..shapes import in_memory

__all__ = ["Operand", "Product", "Products", "products_of"]

TAKEN_IN = tuple(op for op in MOVING if op not in ("upsample", "pad"))  #: ops that only say where values lie


@dataclass(frozen=True)
class Operand:
    """A tensor and the matrices in it."""

    tensor: str
    matrices: Matrices


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product of two computed tensors.

    Parameters
    ----------
    step : Step
    sides : Sides
        How it takes its tensors, and its mode.
    x : Operand
        [M, K] each.
    y : Operand
        [N, K] each, or [K, N] if they are to be transposed.
    transposed : bool
        Whether they are.
    made : Operand
        [M, N] each.
    columns : int
        N.
    multiplications : int
        Of all.
    """

    step: Step
    sides: Sides
    x: Operand
    y: Operand
    transposed: bool
    made: Operand
    columns: int
    multiplications: int


@dataclass(frozen=True, kw_only=True)
class Products:
    """Those of a network.

    Parameters
    ----------
    found : mapping of str to Product
        By name of the step.
    reasons : mapping of str to str
        Why the machine does not have the others, by name of the step.
    left_out : frozenset of str
        Steps that nothing needs, since products take them in.
    """

    found: Mapping[str, Product]
    reasons: Mapping[str, str]
    left_out: frozenset[str]


def products_of(
    network: QuantisedGraph,
    config: AcceleratorConfig,
    base: Mode,
    shapes: Mapping[str, tuple[int, ...]],
    refused: Mapping[str, str],
) -> Products:
    """The products of a network's tensors.

    Parameters
    ----------
    network : QuantisedGraph
    config : AcceleratorConfig
    base : Mode
        The fields of modes that the network does not state.
    shapes : mapping of str to tuple of int
        Of all tensors, as the network has them, without the batch.
    refused : mapping of str to str
        Why the machine does not have some steps, by their names.
    """
    moves = _Moves(network, config, shapes)
    found: dict[str, Product] = {}
    reasons = {}
    for step in network.steps:
        if step.op != "matmul":
            continue
        try:
            if step.name in refused:
                raise ValueError(refused[step.name])
            found[step.name] = _product(moves, step, product_sides(network, step, config, base))
        except ValueError as error:
            reasons[step.name] = str(error)
    return Products(found=found, reasons=reasons, left_out=_left_out(network, found))


def _product(moves: "_Moves", step: Step, sides: Sides) -> Product:
    mode = sides.mode
    x, y = step.inputs
    count, pixels, inner = in_memory(moves.shapes[x])
    columns = moves.shapes[y][-1]
    data = moves.farthest(x, (count, pixels, inner), mode)
    swapped = moves.farthest(y, (count, inner, columns), mode, swapped=True)
    weights = swapped or moves.farthest(y, (count, inner, columns), mode)
    assert data and weights, "each tensor itself has its matrices as rows"
    return Product(
        step=step,
        sides=sides,
        x=data,
        y=weights,
        transposed=swapped is None,
        made=moves.joined(step.name, (count, pixels, columns)),
        columns=columns,
        multiplications=count * pixels * columns * inner,
    )


class _Moves:
    """What moves values in a network."""

    def __init__(
        self, network: QuantisedGraph, config: AcceleratorConfig, shapes: Mapping[str, tuple[int, ...]]
    ) -> None:
        self.config, self.shapes = config, shapes
        self.steps = {step.name: step for step in network.steps}
        self.readers: dict[str, list[Step]] = {}
        for step in network.steps:
            for name in step.inputs:
                self.readers.setdefault(name, []).append(step)
        self.result = network.steps[-1].name

    def farthest(self, name: str, form: tuple[int, int, int], mode: Mode, *, swapped: bool = False) -> Operand | None:
        """The tensor farthest from ``name``, towards the input, that has its matrices, of a form [matrices, rows,
        columns], in a way that a product takes; swapped: with rows and columns swapped."""
        found = None
        for tensor, places in self.origins(name):
            ordered = places.reshape(form)
            matrices = Matrices.found(ordered.swapaxes(1, 2) if swapped else ordered, in_memory(self.shapes[tensor]))
            step = self.steps.get(tensor)
            if matrices is None or (step is not None and step.op == "flatten"):
                continue
            if matrices.whole_atoms(self.config.array.values_per_beat(mode)):
                found = Operand(tensor, matrices)
        return found

    def origins(self, name: str) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """A tensor, and what its values are moved from, each with the places of these values in it."""
        chain: list[Step] = []
        while True:
            shape = self.shapes[name]
            places: NDArray[np.int64] = np.arange(prod(shape)).reshape(1, *shape)
            for step in reversed(chain):
                places = evaluate(step.node, [places])
            yield name, places
            before = self.steps.get(name)
            if before is None or before.op not in TAKEN_IN:
                return
            chain.append(before)
            (name,) = before.inputs

    def joined(self, name: str, form: tuple[int, int, int]) -> Operand:
        """The tensor that a product makes: one with its matrices side by side where moves behind it, which nothing else
        reads, lead to that."""
        count, pixels, columns = form
        places: NDArray[np.int64] = np.arange(prod(form)).reshape(1, *self.shapes[name])
        tensor = name
        while tensor != self.result and len(self.readers[tensor]) == 1:
            (step,) = self.readers[tensor]
            if step.op not in ("reshape", "transpose"):
                break
            tensor, places = step.name, evaluate(step.node, [places])
            if in_memory(self.shapes[tensor]) != (1, pixels, count * columns):
                continue
            wanted = np.arange(prod(form)).reshape(form).swapaxes(0, 1)
            matrices = Matrices(count=count, channels=columns if count > 1 else 0)
            if np.array_equal(places.ravel(), wanted.ravel()) and matrices.whole_atoms(self.config.atom_bits // 8):
                return Operand(tensor, matrices)
        return Operand(name, Matrices(count=count))


def _left_out(network: QuantisedGraph, found: Mapping[str, Product]) -> frozenset[str]:
    """The steps that nothing needs but products that take them in."""
    joined = {product.made.tensor for product in found.values()} - found.keys()
    needed, left = {network.steps[-1].name}, set()
    for step in reversed(network.steps):
        if step.name in found:
            needed.update((found[step.name].x.tensor, found[step.name].y.tensor))
        elif step.op in TAKEN_IN and (step.name in joined or step.name not in needed):
            left.add(step.name)
        else:
            needed.update(step.inputs)
    return frozenset(left)
