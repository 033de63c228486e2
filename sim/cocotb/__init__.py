"""Benches in cocotb: what runs one on a unit, and drivers of an engine's streams."""
