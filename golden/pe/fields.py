"""What the checks of the PE kinds share: mode fields without meaning for a kind, choices, sets of formats."""

from golden.terms import check_bits

TERM_FIELDS = ("hese", "select", "data_terms", "group", "budget")
_DEFAULTS = {"hese": False, "select": False, "data_terms": 0, "group": 1, "budget": 1, "block_floating": False}


def check_defaults(mode, kind, fields):
    """ValueError unless the ``fields`` of the mode, without meaning for this kind, are at their defaults."""
    for field in fields:
        value, default = getattr(mode, field), _DEFAULTS[field]
        if value != default:
            raise ValueError(f"mode.{field} is {value!r}, allowed on a {kind} array is {default!r} only")


def check_operand_bits(mode):
    """ValueError unless both operands have 2..16 bits, what the kinds that take any width multiply."""
    check_bits("mode.x_bits", mode.x_bits)
    check_bits("mode.w_bits", mode.w_bits)


def check_choice(name, value, allowed):
    """ValueError unless ``value`` is one of ``allowed``."""
    if value not in allowed:
        raise ValueError(f"{name} is {value!r}, allowed are {', '.join(map(str, allowed))}")


def check_packed_formats(mode, kind, formats):
    """ValueError unless the storage format of either operand can be packed at its width.

    formats: the allowed ones of W beside plain, each with the widths of integers that it may have. X may be
    plain, or binary at 2 bits.
    """
    for side, widths in (("x", {"binary": (2,)}), ("w", formats)):
        name, bits = getattr(mode, f"{side}_format"), getattr(mode, f"{side}_bits")
        if name == "plain":
            continue
        if name not in widths:
            allowed = ", ".join(["plain", *widths])
            raise ValueError(f"mode.{side}_format is {name!r}, allowed on a {kind} array are {allowed}")
        if bits not in widths[name]:
            allowed = ", ".join(map(str, widths[name]))
            raise ValueError(
                f"mode.{side}_bits is {bits}, allowed with mode.{side}_format {name!r} on a {kind} array: {allowed}"
            )
