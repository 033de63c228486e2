"""Ranges of two's complement and unsigned integers."""

__all__ = ["operand_range"]


def operand_range(bits: int, is_signed: bool) -> tuple[int, int]:
    """Least and largest value of an operand of so many bits."""
    return (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
