"""Products of two computed tensors as kernels: one for each pair of matrices, more where weights fill their memory."""

from collections.abc import Sequence
from dataclasses import dataclass

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.format import Quantiser
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..kernels.kernel import Kernel
from ..kernels.requantise import PASS
from ..kernels.tensor_product import check_tensor_weights, tensor_product, zero_parts
from ..layouts.layout import Layout
from ..layouts.matrices import Matrices
from .builder import Builder
from .part import Part

__all__ = ["Side", "Sides", "product_kernels", "product_parts", "product_sides"]

WIDTHS = (8, 16)  #: of weights that come from the feature memory
HALF = 128  #: what is taken off unsigned codes that are to be signed


@dataclass(frozen=True)
class Side:
    """A tensor as a product takes it.

    Parameters
    ----------
    bits : int
    signed : bool
    zero : int
        Zero point of the codes that are taken.
    taken_off : int
        What a copy takes off the tensor's codes first; 0: they are taken as they are.
    """

    bits: int
    signed: bool
    zero: int
    taken_off: int


@dataclass(frozen=True)
class Sides:
    """Both tensors of a product, and its mode."""

    mode: Mode
    x: Side
    y: Side

    @property
    def zeros(self) -> tuple[int, int]:
        """Their zero points."""
        return self.x.zero, self.y.zero


def product_sides(network: QuantisedGraph, step: Step, config: AcceleratorConfig, base: Mode) -> Sides:
    """How a product takes its tensors, and its mode.

    Parameters
    ----------
    network : QuantisedGraph
    step : Step
        A matmul.
    config : AcceleratorConfig
    base : Mode
        The fields of modes that the network does not state.

    Raises
    ------
    ValueError
        With the reason, for a product that the machine does not have.
    """
    given = [network.quantisers[name] for name in step.inputs]
    x, y = (
        _side(name, quantiser, weights=number == 1, unsigned=number == 0 or 0 in config.array.signs("w"))
        for number, (name, quantiser) in enumerate(zip(step.inputs, given, strict=True))
    )
    mode = base.change(x_bits=x.bits, x_signed=x.signed, w_bits=y.bits, w_signed=y.signed, diagonal=False)
    check_tensor_weights(config, mode)
    return Sides(mode, x, y)


def _side(name: str, quantiser: Quantiser | None, *, weights: bool, unsigned: bool) -> Side:
    """A tensor of a product; ``unsigned``: whether codes without sign are taken as they are."""
    assert isinstance(quantiser, FixedPointQuantiser), f"{name} is not quantised"
    form, zero = quantiser.format, int(quantiser.zero_point)
    bits = next((width for width in WIDTHS if form.bits <= width), form.bits) if weights else form.bits
    if form.signed or (unsigned and zero == 0):
        return Side(bits, form.signed, zero, 0)
    if form.bits > WIDTHS[0]:
        raise ValueError(
            f"unsigned codes of {name} have {form.bits} bits, allowed with zero point {zero} are {WIDTHS[0]}"
        )
    return Side(WIDTHS[0], True, zero - HALF, HALF)


def product_kernels(
    network: QuantisedGraph,
    step: Step | None,
    config: AcceleratorConfig,
    mode: Mode,
    sources: Sequence[Layout],
    target: Layout,
    matrices: Sequence[Matrices],
    zeros: tuple[int, int],
) -> list[Kernel]:
    """The kernels of some neighbouring products.

    Parameters
    ----------
    network : QuantisedGraph
    step : Step or None
        A matmul; None: sums stay as they are, as those of transpositions.
    config : AcceleratorConfig
    mode : Mode
    sources : (Layout, Layout)
        Of the matrices that are data, [M, K] each, and of those that become weights, [N, K].
    target : Layout
        Of the matrices that are made, [M, N].
    matrices : (Matrices, Matrices, Matrices)
        Where these lie in the whole tensors; the layouts are of some of them.
    zeros : (int, int)
        Zero points of data and weights.

    Raises
    ------
    ValueError
        As :func:`lowtide.compiler.kernels.tensor_product.tensor_product`, and for weights that their memory does not
        hold.
    """
    rules, found = PASS, []
    if step is not None:
        builder = Builder(network, step, config, target, Part())
        (factor,), shift = builder.factors(builder.read(0).scale * builder.read(1).scale)
        rules = builder.rules(factor, shift)
    _, count = matrices[-1].made_by(0, target.rows, 0, target.channels)
    for number in range(count):
        x, y, made = (each.of_some(layout, number) for each, layout in zip(matrices, (*sources, target), strict=True))
        most = _columns(config, y, made.values, product_parts(mode, zeros))
        for first in range(0, y.columns, most):
            part = min(most, y.columns - first)
            some, into = y.columns_from(first, part), made.channels_from(first, part)
            found.append(tensor_product(config, mode, x, some, into, zeros=zeros, requantise=rules))
    return found


def product_parts(mode: Mode, zeros: tuple[int, int]) -> int:
    """How many times as many beats a product takes as without zero points."""
    return 1 + zero_parts(zeros[0], mode.x_bits) + zero_parts(zeros[1], mode.w_bits)


def _columns(config: AcceleratorConfig, weights: Layout, values: int, parts: int) -> int:
    """Columns of a product whose weights half of their memory holds, so that others arrive meanwhile, in whole atoms of
    the output; the whole memory where half is too small."""
    words = parts * weights.blocks
    for share in (config.weight_words // 2, config.weight_words):
        columns = share // words * config.cols
        if columns >= weights.columns:
            return weights.columns
        if columns // values:
            return columns // values * values
    raise ValueError(f"a tile of weights has {words} words, allowed on {config.name} are {config.weight_words}")
