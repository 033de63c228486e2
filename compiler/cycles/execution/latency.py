"""Depths of post-processing: cycles from a column of results to its codes, where nothing waits."""

from lowtide.hw.config.accelerator_config import AcceleratorConfig

__all__ = ["column_cycles", "hindered_cycles", "phase_cycles", "post_latency", "requantiser_latency"]

SECOND_BITS = 18  #: of a second tensor's value less its zero point, where it is multiplied


def _product(config: AcceleratorConfig) -> int:
    """Cycles of a product: one for each few digits of its multiplier."""
    bits = max(config.multiplier_bits + 1, SECOND_BITS if "product" in config.post else 0)
    return -(-((bits + 1) // 2) // config.digits_per_cycle)


def requantiser_latency(config: AcceleratorConfig) -> int:
    """Cycles from a column to its requantised values, which may wait there for a second tensor."""
    return 3 + _product(config)


def phase_cycles(config: AcceleratorConfig, *, operand: bool) -> int:
    """Cycles that a lane has for a row's value: with a second tensor it is multiplied three times."""
    return 2 + _product(config) if operand else 1


def hindered_cycles(config: AcceleratorConfig) -> tuple[int, ...]:
    """Cycles since a row's value entered a lane, to be multiplied three times, in which no other one enters."""
    product = _product(config)
    return tuple(sorted({*range(1, product + 2), product + 3, 2 * product + 2, 2 * product + 3}))


def column_cycles(config: AcceleratorConfig, *, operand: bool) -> int:
    """Cycles from one column that counts to the next at least."""
    return config.rows_per_requantiser * phase_cycles(config, operand=operand)


def post_latency(config: AcceleratorConfig, *, operand: bool = False) -> int:
    """Cycles from a column of results to its codes: of the lanes, with a second tensor or without, the table and the
    terms."""
    lanes = 6 + 3 * _product(config) if operand else requantiser_latency(config)
    return lanes + ("table" in config.post) + ("top_terms" in config.post and config.array.pipeline > 0)
