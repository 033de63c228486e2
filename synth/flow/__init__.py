"""From Verilog to counted netlists.

===============================  ======================================================================
`lowtide.synth.flow.synthesise`  Verilog text through Yosys
`lowtide.synth.flow.job`         what is synthesised at a time
`lowtide.synth.flow.netlist`     netlists as counts: resources of each module, the tree of instances
`lowtide.synth.flow.mapped`      netlists as graphs of cells and nets
`lowtide.synth.flow.store`       results kept by content
`lowtide.synth.flow.pricing`     many jobs, targets and recipes, in parallel; the smaller recipe counts
===============================  ======================================================================
"""

from .netlist import Netlist, NetlistModule, parse
from .synthesise import Synthesis, SynthesisError, mapped_verilog, synthesis, synthesise

__all__ = [
    "Netlist",
    "NetlistModule",
    "Synthesis",
    "SynthesisError",
    "mapped_verilog",
    "parse",
    "synthesis",
    "synthesise",
]
