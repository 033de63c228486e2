"""Fields of layouts as they are written in Verilog."""

__all__ = ["bits_of"]


def bits_of(layout, name, signal):
    """The bits of a field, or of a field in a field: ``bits_of(layout, "margins.first_dy", "data")``."""
    low = 0
    for part in name.split("."):
        place = layout[part]
        low, layout = low + place.offset, place.shape
    return f"{signal}[{low + place.width - 1}:{low}]"
