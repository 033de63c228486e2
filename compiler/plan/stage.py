"""What runs as one: a step of a network, with an addition that follows it, or a copy of a tensor."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.golden.network.floating.convolution import Geometry
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.format import Quantiser
from lowtide.hw.mode.word import Mode

from ..layouts.matrices import Matrices
from .shapes import Shape

__all__ = ["ONE_PIXEL", "Stage", "Stages"]

ELEMENTWISE = ("add", "mul")  #: steps of two tensors of one form
ONE_PIXEL = Geometry(size=(1, 1))


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A step, or a copy of a tensor into another form.

    Parameters
    ----------
    name : str
        For people.
    step : Step or None
        None: a copy.
    added : Step or None
        An addition that makes the stage's tensor, of the step's and the last one that is read.
    reads : tuple of str
        Tensors, in the order of the kernel's sources.
    makes : str
        The tensor.
    window : Geometry
        Of the first tensor that is read.
    channelwise : bool
        Channel n of the output needs no other channel of what is read.
    mode : Mode or None
        Of a step with weights.
    multiplications : int
        That the layer has by its definition.
    gated : bool
        Of a product: the first tensor is one pixel, which all pixels of the second are multiplied with.
    product : tuple of Matrices
        Of products of matrices: where these lie in the tensors that are read and in the one that is made; else empty.
    zeros : (int, int)
        Zero points of what products take as data and as weights.
    taken_off : int
        Of a copy: what it takes off each code.
    of_pairs : int or None
        Of a copy: which one of each two neighbouring channels it takes; None: all channels.
    sums : Mode or None
        Of a softmax: the mode in which the array adds its powers.
    pixels : ndarray of int64 [rows, columns], or None
        Where pixels are moved: the number of each among those that are read.
    serves : str
        The step that the stage is there for, where that has a stage of its own: it is refused in its place.
    host : str
        Why the machine does not have the step, and the host computes it; empty for what runs on the machine.
    """

    name: str
    step: Step | None
    added: Step | None = None
    reads: tuple[str, ...]
    makes: str
    window: Geometry = ONE_PIXEL
    channelwise: bool = True
    mode: Mode | None = None
    multiplications: int = 0
    gated: bool = False
    product: tuple[Matrices, ...] = ()
    zeros: tuple[int, int] = (0, 0)
    taken_off: int = 0
    of_pairs: int | None = None
    sums: Mode | None = None
    pixels: NDArray[np.int64] | None = None
    serves: str = ""
    host: str = ""

    @property
    def may_be_hosts(self) -> bool:
        """Whether the host could compute it, or the step that it serves: not copies."""
        if self.product or self.serves:
            return True
        return self.step is not None and not self.host

    @property
    def refused_as(self) -> str:
        """The name of the step that is refused where the stage cannot be had: of a layer and the addition behind it
        the layer."""
        if self.added is not None and self.step is not None:
            return self.step.name
        return self.serves or self.name

    @property
    def has_operand(self) -> bool:
        """Whether the last tensor that is read is the second one of a record, as the output is."""
        return self.added is not None or (self.step is not None and not self.host and self.step.op in ELEMENTWISE)

    @property
    def stands_alone(self) -> bool:
        """Whether it never runs together with others, stripe by stripe."""
        return bool(self.host or self.product) or self.sums is not None or self.pixels is not None

    @property
    def writes_whole(self) -> bool:
        """Whether its output is made from two tensors: records with an operand write no bit planes."""
        return self.has_operand or self.sums is not None

    @property
    def is_whole(self) -> bool:
        """Whether each output value is taken from a whole picture of a channel."""
        return self.step is not None and not self.host and self.step.op == "global_average_pool"


@dataclass(frozen=True, kw_only=True, eq=False)
class Stages:
    """A network's stages, in order.

    Parameters
    ----------
    stages : list of Stage
    shapes : mapping of str to Shape
        Of all tensors, as they lie in memory.
    quantisers : mapping of str to Quantiser or None
        Of all tensors.
    constants : mapping of str to ndarray of int64
        Codes of tensors that nothing makes, by their names.
    network_shapes : mapping of str to tuple of int
        Of all tensors, as the network has them, without the batch.
    source, result : str
        The tensor that comes from outside, and the one that goes there.
    """

    stages: list[Stage]
    shapes: Mapping[str, Shape]
    quantisers: Mapping[str, Quantiser | None]
    constants: Mapping[str, NDArray[np.int64]]
    network_shapes: Mapping[str, tuple[int, ...]]
    source: str
    result: str
