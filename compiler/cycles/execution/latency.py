"""Depths of post-processing: cycles from a column of results to its codes, where nothing waits."""

from lowtide.hw.config.accelerator_config import AcceleratorConfig

__all__ = ["post_latency", "requantiser_latency"]

SECOND_BITS = 18  #: of a second tensor's value less its zero point, where it is multiplied


def _product(bits: int, config: AcceleratorConfig) -> int:
    """Cycles of a product: one for each few digits of its multiplier, fewer of them behind PEs of more stages."""
    return -(-((bits + 1) // 2) // (9, 5, 3)[config.array.pipeline])


def requantiser_latency(config: AcceleratorConfig) -> int:
    """Cycles from a column to its requantised values, which may wait there for a second tensor."""
    return 3 + _product(config.multiplier_bits + 1, config)


def post_latency(config: AcceleratorConfig) -> int:
    """Cycles from a column of results to its codes: of the requantiser, the second tensor, the table and the terms."""
    own = config.multiplier_bits + 1
    found = requantiser_latency(config)
    if {"operand", "product"} & set(config.post):
        second = max(own, SECOND_BITS) if "product" in config.post else own
        found += 3 + _product(own, config) + _product(second, config)
    return found + ("table" in config.post) + 2 * ("top_terms" in config.post)
