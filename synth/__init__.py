"""Silicon cost: every unit of the hardware through Yosys, its area per multiplication per cycle in each mode.

Configurations become designs (:mod:`lowtide.synth.units`), designs netlists (:mod:`lowtide.synth.flow`,
:mod:`lowtide.synth.targets`), netlists become prices (:mod:`lowtide.synth.pricing`), prices become rows
(:mod:`lowtide.synth.comparison`) and a report (:mod:`lowtide.synth.report`). ``lowtide price`` does it all.
"""
