"""Bits for each layer, alone and together."""
