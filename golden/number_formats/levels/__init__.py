"""Formats whose values are a few levels, evenly apart or not: powers of two, codebooks, two signs, three values."""
