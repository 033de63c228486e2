"""What the checks of the PE kinds share: mode fields without meaning for a kind, choices, sets of formats."""

from collections.abc import Collection, Iterable, Mapping

from ..checks import check_bits
from ..duck_types import AnyArray, AnyMode
from ..storage_formats import PLAIN

TERM_FIELDS = ("hese", "select", "data_terms", "group", "budget")
_DEFAULTS = {"hese": False, "select": False, "data_terms": 0, "group": 1, "budget": 1, "block_floating": False}


def check_defaults(mode: AnyMode, kind: str, fields: Iterable[str]) -> None:
    """ValueError unless the ``fields`` of the mode, without meaning for this kind, are at their defaults."""
    for field in fields:
        value, default = getattr(mode, field), _DEFAULTS[field]
        if value != default:
            raise ValueError(f"mode.{field} is {value!r}, allowed on a {kind} array is {default!r} only")


def check_operand_bits(mode: AnyMode, array: AnyArray) -> None:
    """ValueError unless both operands have 2 bits or more, and no more than the array."""
    check_bits("mode.x_bits", mode.x_bits, most=array.x_width)
    check_bits("mode.w_bits", mode.w_bits, most=array.w_width)


def check_choice(name: str, value: object, allowed: Collection[object]) -> None:
    """ValueError unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, allowed are {', '.join(map(str, allowed))}")


def check_packed_format(mode: AnyMode, kind: str, widths: Mapping[str, int]) -> None:
    """ValueError unless weights of the mode's storage format have the one width that they can be packed at.

    Parameters
    ----------
    mode : Mode
    kind : str
        For the message.
    widths : mapping of str to int
        Of the integers of every format but plain, by its name.
    """
    if mode.w_format != PLAIN.name and mode.w_bits != widths[mode.w_format]:
        raise ValueError(
            f"mode.w_bits is {mode.w_bits}, allowed with mode.w_format {mode.w_format!r} on a {kind} array: "
            f"{widths[mode.w_format]}"
        )
