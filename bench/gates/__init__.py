"""The netlist that is priced is the one that is proved.

For a PE as it is priced, mapped to standard cells: an engine around the netlist runs the bench of its family again, all
operand pairs of every mode against golden (gate-level simulation), and Yosys proves the netlist equal to the RTL.
"""
