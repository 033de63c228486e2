"""Verilator: finds it, builds and lints Verilog with it, and keeps what was built."""
