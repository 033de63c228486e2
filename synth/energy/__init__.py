"""Energy per multiplication, per mode.

===============================  ===================================================================================
`lowtide.synth.energy.measure`   real operands through the netlist that is priced; the table of operations beside it
`lowtide.synth.energy.operands`  the operands: layers of the digits network at a mode's precision and format
`lowtide.synth.energy.cells`     capacitances, energies and leakage of a liberty file's cells
`lowtide.synth.energy.netlist`   a mapped netlist's energy from the transitions of its nets
`lowtide.synth.energy.horowitz`  energy by operation, as published
`lowtide.synth.energy.opensta`   OpenSTA's opinion of power, and the critical path
===============================  ===================================================================================
"""
