"""Silicon cost: every unit of the hardware through Yosys, its area per multiplication per cycle in each mode.

Configurations become designs (:mod:`synth.units`), designs netlists (:mod:`synth.flow`, :mod:`synth.targets`),
netlists become prices (:mod:`synth.pricing`), prices become rows (:mod:`synth.comparison`) and a report
(:mod:`synth.report`). ``python -m synth`` does it all.
"""
