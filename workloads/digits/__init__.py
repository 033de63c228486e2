"""Handwritten digits: one small network with its weights, in floating point and in integers."""
