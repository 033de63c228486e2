"""Benchmarks of Lowtide itself: how fast it simulates, generates and computes. ``lowtide bench`` (``make
bench``).

=================  ===================================================================
`plan`             what is measured, at which sizes; the unit of a result
`simulation`       compiled model and cocotb on the same engines and the same jobs
`cocotb_engine`    the half of it that runs inside the simulator
`generation`       from a configuration to Verilog
`revealing`        term revealing in the golden model
=================  ===================================================================
"""
