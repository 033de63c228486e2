"""What a mode of an engine means for a network: the one name under which prices and accuracies meet."""

from typing import Any

from lowtide.common.quantisation import Blocks, Groups, Quantisation, Terms

from ..mode.word import Mode
from .array_config import ArrayConfig

__all__ = ["quantisation_of"]


def quantisation_of(config: ArrayConfig, mode: Mode) -> Quantisation:
    """What a mode of this configuration rounds the operands to, a
    :class:`lowtide.common.quantisation.Quantisation`."""
    operands: dict[str, Any] = {}
    for side in "xw":
        stored, bits = mode.storage(side), getattr(mode, f"{side}_bits")
        operands |= {
            f"{side}_bits": None if stored.integers else bits,
            f"{side}_format": None if stored.code_bits is None else stored.name,
            f"{side}_signed": getattr(mode, f"{side}_signed"),
        }
    shared = config.values_of_chunk("w", mode)  # weights of a chunk
    terms = Terms(
        group=shared if mode.select else 1,
        budget=mode.budget if mode.select else None,
        data_terms=mode.data_terms,
        encoding="hese" if mode.hese else "binary",
        rule=config.pe.lane_rule(config) if mode.select else None,
    )
    blocks = Blocks(shared, config.exponent_bits) if mode.block_floating else None
    groups = Groups(shared, config.exponent_bits) if mode.group_exponent else None
    some = terms if mode.select or mode.data_terms else None
    return Quantisation(**operands, terms=some, blocks=blocks, groups=groups)
