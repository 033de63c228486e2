"""The machine's bus: masters for reads and writes of an AXI4 bus, and how runs are cut into its bursts."""
