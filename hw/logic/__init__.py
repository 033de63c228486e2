"""Combinational logic and small units that several rooms of the hardware share."""
