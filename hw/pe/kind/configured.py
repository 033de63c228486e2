"""What configurations a kind has: fields, limits, presets, and those that documents and tests build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig

__all__ = ["Configured"]


class Configured:
    """The chapter of a kind about configurations.

    Attributes
    ----------
    fields : tuple of str
        Those fields of a configuration that only some kinds have, as far as this kind has them.
    limits : dict of str to a range or tuple of int or str
        Names of fields of a configuration to the values that this kind has, where these are not all.
    equal_widths : bool
        Whether ``x_width`` and ``w_width`` must be equal.
    presets : dict of str to a value
        Names of fields to what stands in them where the user left them open, instead of the usual default.
    example : dict of str to a value
        Fields of a small configuration that exercises every part, beside its size: what tests build.
    flexible : dict of str to a value
        Fields of ``KIND_8x8_flex`` that are not as :func:`lowtide.hw.config.named.flexible` has them.
    """

    fields: tuple[str, ...] = ()
    limits: dict[str, range | tuple[int, ...] | tuple[str, ...]] = {}
    equal_widths: bool = False
    presets: dict[str, Any] = {}
    example: dict[str, Any] = {}
    flexible: dict[str, Any] = {}

    def defaults(self, config: ArrayConfig) -> dict[str, Any]:
        """Values for fields that are open still and depend on the others: name of a field to its value."""
        return {}

    def stand_in(self, config: ArrayConfig) -> ArrayConfig | None:
        """A configuration of the same name whose PE has the same ports and registers, does the same in every cycle and
        is quicker to simulate: its *stand-in*. None where there is none.

        :mod:`lowtide.formal.proofs.arithmetic.stand_in` proves that it is one.
        """
        return None

    def validate(self, config: ArrayConfig) -> None:
        """Raise ``ValueError`` where the fields of ``config`` do not fit this kind."""
        return None
