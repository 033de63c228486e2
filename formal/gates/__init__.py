"""The netlist that is priced is the one that is proved.

For a PE as it is priced, mapped to standard cells: an engine around the netlist runs the bench of its family again,
operand pairs against golden in the modes that documents show and a hundred others (gate-level simulation), and Yosys
proves the netlist equal to the RTL.
"""
