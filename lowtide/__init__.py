"""Lowtide: systolic arrays for quantised neural networks, with their proof and their price."""
