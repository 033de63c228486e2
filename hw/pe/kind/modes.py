"""Which modes a kind has, which of them documents show, and the range of the operands that it multiplies in them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from amaranth.hdl import Value
from amaranth.lib import data

from lowtide.common.quantisation import LaneRule

from ...mode.formats import decoded_range
from ...mode.reasons import Explained
from ...mode.word import BY_NAME, DATA_FORMATS, WEIGHT_FORMATS, Mode
from ...storage_formats import PLAIN, find

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["Modes", "accepted_modes", "field", "numbers"]


class Modes(ABC):
    """The chapter of a kind about modes.

    Attributes
    ----------
    block_floating : bool
        Whether all products of a chunk are one addend, which can then be aligned.
    x_formats, w_formats : tuple of str
        Storage formats of data and of weights that the kind can be built with.
    refusal_reason : member of Reason, or None
        With which it refuses modes although each field is supported; None where it never does.
    """

    block_floating: bool = False
    x_formats: tuple[str, ...] = (PLAIN.name,)
    w_formats: tuple[str, ...] = WEIGHT_FORMATS
    refusal_reason: Explained | None = None

    @abstractmethod
    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        """The modes of plain integers that documents, reports and tests show for this configuration, as a list."""

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        """The values of each mode field that are built in.

        Returns
        -------
        dict of str to a sequence of int
            Name of the field to its numbers, ascending.
        """
        return {name: (field.number(field.default),) for name, field in BY_NAME.items()} | {
            "x_signed": config.signs("x"),
            "w_signed": config.signs("w"),
            "x_bits": range(2, config.x_width + 1),
            "w_bits": range(2, config.w_width + 1),
            "x_format": numbers(DATA_FORMATS, config.x_formats),
            "w_format": numbers(WEIGHT_FORMATS, config.w_formats),
            "codebook": (0, 1) if any(find(name).entries for name in config.w_formats) else (0,),
            "block_floating": (0, 1) if config.exponent_bits and self.block_floating else (0,),
            "group_exponent": (0, 1) if config.exponent_bits and not self.block_floating else (0,),
            "diagonal": (0, 1),
        }

    def refusal(self, config: ArrayConfig, mode: Mode) -> str | None:
        """Why this kind refuses ``mode`` although each field is supported: one line, or None."""
        return None

    def refused(self, config: ArrayConfig, word: data.View, intake: Intake) -> Value | None:
        """Whether :meth:`refusal` refuses a mode word: a one-bit hardware value, None where it never does. The word is
        that of the job that comes in, what is returned is about the one in the last place of the intake."""
        return None

    def modes(self, config: ArrayConfig) -> list[Mode]:
        """The modes that documents, reports and tests show: those of plain integers, then the formats."""
        return self.plain_modes(config) + self.format_modes(config)

    def format_modes(self, config: ArrayConfig) -> list[Mode]:
        """One mode for each other storage format, and for exponents of chunks; and the diagonal one."""
        plain, found = self.plain_modes(config), [self.diagonal_mode(config)]
        for name in config.w_formats:
            if name != PLAIN.name:
                found.append(self.format_mode(config, plain[0], name))
        exponent = "block_floating" if self.block_floating else "group_exponent"
        return found + [mode.change(**{exponent: True}) for mode in plain if config.exponent_bits]

    def diagonal_mode(self, config: ArrayConfig) -> Mode:
        """The mode of one weight a chunk that documents, reports and tests show: of the widest plain integers, signed
        weights where there are any."""
        return max(self.plain_modes(config), key=lambda mode: mode.w_signed).change(diagonal=True)

    def format_mode(self, config: ArrayConfig, mode: Mode, w_format: str) -> Mode:
        """``mode`` with weights in another storage format, as wide as it needs."""
        return mode.change(
            w_format=w_format,
            w_bits=2 if find(w_format).is_narrow else mode.w_bits,
            w_signed="signed" in config.w_types,
        )

    def narrowed(self, config: ArrayConfig, mode: Mode, x_bits: int, w_bits: int) -> Mode | None:
        """``mode``, of plain integers with every term, for operands of these widths; None where it is refused."""
        narrow = mode.change(x_bits=x_bits, w_bits=w_bits)
        try:
            config.check_mode(narrow)
        except ValueError:
            return None
        return narrow

    def every_mode(self, config: ArrayConfig) -> list[Mode]:
        """Every mode that the engine accepts, but for the number of a codebook where none is used. Kinds that accept
        too many to list (`term`, `term_pair`) say which ones these are."""
        return accepted_modes(config, self.supported(config))

    def rule(self, config: ArrayConfig) -> str:
        """What the lanes of this configuration may take, in a few words for tables; empty where there is no rule."""
        return ""

    def lane_rule(self, config: ArrayConfig) -> LaneRule | None:
        """What a lane may take, as the value that a quantisation holds; None where every lane takes any term."""
        return None

    def effective_data(self, config: ArrayConfig, mode: Mode) -> tuple[int, int]:
        """Least and largest datum that takes part in a product in this mode."""
        return decoded_range(mode, "x")

    def effective_weights(self, config: ArrayConfig, mode: Mode) -> tuple[int, int]:
        """Least and largest weight that takes part in a product in this mode."""
        return decoded_range(mode, "w")

    def kept_bits(self, config: ArrayConfig, mode: Mode) -> int:
        """Bits of a weight that the cycles of this mode have room for, ``w_bits`` or more; a weight of more is
        reported, where the kind reports losses."""
        return mode.w_bits

    def bound_on_k(self, config: ArrayConfig, mode: Mode) -> int | None:
        """A bound on K beside the accumulator's, None where there is none."""
        return None


def field(mode: Mode | data.View, name: str) -> int | Value:
    """A number of a mode: an int of a :class:`Mode`, or a hardware value of a ``ModeWord`` view, bias added."""
    if isinstance(mode, Mode):
        return mode.number(name)
    bias = BY_NAME[name].bias
    return mode[name] + bias if bias else mode[name]


def accepted_modes(config: ArrayConfig, values: Mapping[str, Sequence[int]]) -> list[Mode]:
    """The modes that a configuration accepts.

    Parameters
    ----------
    config : ArrayConfig
    values : mapping of str to a sequence of int
        Name of each mode field to the numbers that are tried, as of :meth:`Modes.supported`.

    Returns
    -------
    list of Mode
        Of each combination; those without codebook have codebook 0 only.
    """
    found = []
    for numbers in product(*values.values()):
        mode = Mode.of_numbers(dict(zip(values, numbers, strict=True)))
        if mode.codebook and not mode.storage("w").entries:
            continue
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        found.append(mode)
    return found


def numbers(names: Iterable[str], chosen: Collection[str]) -> tuple[int, ...]:
    """The places of the chosen names, ascending."""
    return tuple(index for index, name in enumerate(names) if name in chosen)
