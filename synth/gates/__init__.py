"""The netlist that is priced, simulated and proved.

===========================  ====================================================================
`synth.gates.functions`      functions of liberty files as Verilog
`synth.gates.cells`          Verilog models of standard cells
`synth.gates.simulation`     an engine whose PE is the mapped netlist
`synth.gates.activity`       how often each net of that PE changes
`synth.gates.equivalence`    Yosys proves the netlist equal to the PE's RTL
===========================  ====================================================================
"""
