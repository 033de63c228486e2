"""What storage formats ask of the operands of a mode, and of a configuration that is built with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lowtide.common.ranges import operand_range

from ..storage_formats import PLAIN, find
from .word import Mode

if TYPE_CHECKING:
    from ..config.array_config import ArrayConfig

__all__ = ["check_formats", "decoded_range", "format_refusal", "stored_range"]


def decoded_range(mode: Mode, side: str) -> tuple[int, int]:
    """Least and largest integer that an operand of ``side``, "x" or "w", decodes to in this mode."""
    return mode.storage(side).integers or operand_range(*_operand(mode, side))


def stored_range(mode: Mode, side: str) -> tuple[int, int]:
    """Least and largest operand of ``side``, "x" or "w", as it is stored: an integer or a code."""
    bits = mode.storage(side).code_bits
    return operand_range(*_operand(mode, side)) if bits is None else (0, (1 << bits) - 1)


def format_refusal(mode: Mode) -> str | None:
    """Why the formats of a mode do not go with its operands: one line, or None."""
    for side in "wx":
        (bits, signed), stored = _operand(mode, side), mode.storage(side)
        if stored.least_bits is not None and not (signed and bits >= stored.least_bits):
            return (
                f"{side}_bits is {bits} {'signed' if signed else 'unsigned'}, {side}_format {stored.name} needs "
                f"signed integers of {stored.least_bits} bits or more"
            )
    return None


def check_formats(config: ArrayConfig) -> None:
    """Raise ``ValueError`` where a configuration's formats do not fit its kind, widths or number types."""
    for side in "xw":
        chosen, allowed = getattr(config, f"{side}_formats"), getattr(config.pe, f"{side}_formats")
        if not set(chosen) <= set(allowed) or PLAIN.name not in chosen:
            raise ValueError(
                f"{side}_formats is {', '.join(chosen)}, allowed for kind {config.kind} are "
                f"{', '.join(allowed)}, {PLAIN.name} among them"
            )
    for side, operands in (("x", "data"), ("w", "weights")):
        types, width = getattr(config, f"{side}_types"), getattr(config, f"{side}_width")
        for name in getattr(config, f"{side}_formats"):
            least, bits = find(name).least_bits, find(name).code_bits
            if least is not None and ("signed" not in types or width < least):
                raise ValueError(
                    f"{side}_formats has {name}, which needs signed {operands} and a {side}_width of {least} or more"
                )
            if bits is not None and width < bits:
                raise ValueError(f"{side}_formats has {name}, which needs a {side}_width of {bits} or more")


def _operand(mode: Mode, side: str) -> tuple[int, bool]:
    """Bits of an operand, and whether it is signed."""
    return getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed")
