"""What is priced: PEs, tiles and engines as designs; their modes, structures of sums, and conventional PEs."""
