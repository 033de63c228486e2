"""Products of two computed tensors as kernels: one for each pair of matrices, more where weights fill their memory."""

from collections.abc import Sequence

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.integers.fixed_point import FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..kernels.kernel import Kernel
from ..kernels.requantise import PASS
from ..kernels.tensor_product import check_tensor_weights, tensor_product
from ..layouts.layout import Layout
from ..layouts.matrices import Matrices
from .builder import Builder
from .part import Part

__all__ = ["product_kernels", "product_mode"]

WIDTHS = (8, 16)  #: of weights that come from the feature memory


def product_mode(network: QuantisedGraph, step: Step, config: AcceleratorConfig, base: Mode) -> Mode:
    """The mode of a product of two computed tensors.

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
    x, y = (network.quantisers[name] for name in step.inputs)
    for name, quantiser in zip(step.inputs, (x, y), strict=True):
        assert isinstance(quantiser, FixedPointQuantiser), f"{name} is not quantised"
        if int(quantiser.zero_point):
            raise ValueError(
                f"zero point of {name} is {int(quantiser.zero_point)}, allowed in a product of two computed tensors is "
                "0: symmetric data"
            )
    assert isinstance(x, FixedPointQuantiser) and isinstance(y, FixedPointQuantiser)
    width = next((width for width in WIDTHS if y.format.bits <= width), y.format.bits)
    mode = base.change(
        x_bits=x.format.bits, x_signed=x.format.signed, w_bits=width, w_signed=y.format.signed, diagonal=False
    )
    check_tensor_weights(config, mode)
    return mode


def product_kernels(
    network: QuantisedGraph,
    step: Step | None,
    config: AcceleratorConfig,
    mode: Mode,
    sources: Sequence[Layout],
    target: Layout,
    matrices: Sequence[Matrices],
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
        most = _columns(config, y, made.values)
        for first in range(0, y.columns, most):
            part = min(most, y.columns - first)
            some, into = y.columns_from(first, part), made.channels_from(first, part)
            found.append(tensor_product(config, mode, x, some, into, requantise=rules))
    return found


def _columns(config: AcceleratorConfig, weights: Layout, values: int) -> int:
    """Columns of a product whose weights half of their memory holds, so that others arrive meanwhile, in whole atoms of
    the output; the whole memory where half is too small."""
    for share in (config.weight_words // 2, config.weight_words):
        columns = share // weights.blocks * config.cols
        if columns >= weights.columns:
            return weights.columns
        if columns // values:
            return columns // values * values
    raise ValueError(
        f"a tile of weights has {weights.blocks} words, allowed on {config.name} are {config.weight_words}"
    )
