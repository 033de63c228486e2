"""Formats of weights in a word.

``float``, ``fixed:4``, ``tr:8:10`` (g = 8, k = 10), ``group:4:8:2`` (4-bit integers in groups of 8 with exponents of 2
bits), ``digits:8:2`` (two free digits in the same groups), ``e2m1:8:2`` (FP4 in the same groups), or a name of FORMATS.
"""

from collections.abc import Callable

from . import E2M1, FORMATS, FixedPoint, Format, GroupExponent, TermRevealed, TwoDigits

__all__ = ["format_of"]


def format_of(text: str) -> Format | None:
    """The `lowtide.golden.number_formats.format.Format`, None for ``float``. ValueError that lists what is allowed."""
    kind, *numbers = text.split(":")
    shapes: dict[str, tuple[int, Callable[..., Format | None]]] = {
        "float": (0, lambda: None),
        "fixed": (1, FixedPoint),
        "tr": (2, lambda group, budget: TermRevealed(group=group, budget=budget)),
        "group": (3, lambda bits, group, exponent: GroupExponent(FixedPoint(bits), group, exponent)),
        "digits": (2, lambda group, exponent: GroupExponent(TwoDigits(), group, exponent)),
        "e2m1": (2, lambda group, exponent: GroupExponent(E2M1, group, exponent)),
    }
    if (
        kind in shapes
        and len(numbers) == shapes[kind][0]
        and all(number.isascii() and number.isdigit() for number in numbers)
    ):
        return shapes[kind][1](*map(int, numbers))
    named = {format.name: format for format in FORMATS}
    if text not in named:
        raise ValueError(
            f"weights is {text!r}, allowed are float, fixed:BITS, tr:GROUP:BUDGET, "
            f"group:BITS:GROUP:EXPONENT, digits:GROUP:EXPONENT, e2m1:GROUP:EXPONENT, {', '.join(named)}"
        )
    return named[text]
