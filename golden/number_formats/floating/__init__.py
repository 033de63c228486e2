"""Formats with exponents: of each value, or one that a block of values shares."""
