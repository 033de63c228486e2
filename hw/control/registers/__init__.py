"""The registers: one statement in SystemRDL, the hardware behind an AXI4-Lite bus, and what software gets of it."""
