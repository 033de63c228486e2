"""The netlist that is priced, simulated and proved.

=================================  ==============================================
`lowtide.synth.gates.functions`    functions of liberty files as Verilog
`lowtide.synth.gates.cells`        Verilog models of standard cells
`lowtide.synth.gates.simulation`   an engine whose PE is the mapped netlist
`lowtide.synth.gates.activity`     how often each net of that PE changes
`lowtide.synth.gates.equivalence`  Yosys proves the netlist equal to the PE's RTL
=================================  ==============================================
"""
