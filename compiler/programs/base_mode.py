"""The mode that layers run in where a network does not say more: exact, plain operands of 8 bits, signed weights."""

from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..kernels.softmax import check_softmax
from ..steps.softmax import sums_mode

__all__ = ["base_mode", "softmax_of"]


def base_mode(config: AcceleratorConfig) -> Mode:
    """The first mode of an array's documents that multiplies exactly. ``ValueError`` where it has none."""
    for mode in config.array.modes():
        is_plain = mode.x_format == mode.w_format == "plain" and not mode.group_exponent and not mode.diagonal
        if is_plain and mode.w_signed and mode.x_bits == mode.w_bits == 8 and not mode.select and not mode.data_terms:
            return mode
    raise ValueError(
        f"modes of {config.array.name} are not exact for operands of 8 bits, allowed without a mode is an array that "
        "has such a mode: state one"
    )


def softmax_of(config: AcceleratorConfig) -> str:
    """Which softmax networks for a machine should have, as of :class:`lowtide.golden.network.Plan`: by tables where the
    machine has that."""
    try:
        check_softmax(config, sums_mode(base_mode(config)), 1)
    except ValueError:
        return "division"
    return "tables"
