"""Formats of integers times a scale: fixed point, and its integers cut to their highest terms."""
