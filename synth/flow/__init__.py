"""From Verilog to counted netlists.

=========================  ==========================================================================
`synth.flow.synthesise`    Verilog text through Yosys
`synth.flow.job`           what is synthesised at a time
`synth.flow.netlist`       netlists as counts: resources of each module, the tree of instances
`synth.flow.mapped`        netlists as graphs of cells and nets
`synth.flow.store`         results kept by content
`synth.flow.pricing`       many jobs, targets and recipes, in parallel; the smaller recipe counts
=========================  ==========================================================================
"""

from .netlist import Netlist, NetlistModule, parse
from .synthesise import Synthesis, SynthesisError, mapped_verilog, synthesis, synthesise

__all__ = ["Netlist", "NetlistModule", "Synthesis", "SynthesisError", "mapped_verilog", "parse", "synthesis",
           "synthesise"]
