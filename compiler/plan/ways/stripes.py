"""Stripes of rows of a tensor."""

from ...layouts.layout import Layout

__all__ = ["heights"]

STRIPES = (*range(1, 17), 20, 24, 28, 32, 40, 48, 56, 64, 80, 112)  #: numbers of stripes worth a look


def heights(made: Layout) -> list[int]:
    """Rows of stripes of a tensor worth a look: those of equal stripes, and the fewest."""
    found = {min(made.rows, _up(-(-made.rows // count), made.apart)) for count in STRIPES}
    return sorted(found | {min(made.rows, made.apart)})


def _up(count: int, unit: int) -> int:
    return -(-count // unit) * unit
