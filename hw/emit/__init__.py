"""From units to files: Verilog, its checks, benches, cores and documents; the driver of machines in C."""
