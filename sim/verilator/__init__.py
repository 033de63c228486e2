"""Verilator: finds it, builds Verilog with it, and keeps what was built."""
