"""Error-compensated quantisation: weights rounded so that a layer's outputs, not its weights, stay what they were.

======================================  ==================================================================
`lowtide.golden.compensate.matrix`      one weight matrix in any format: `compensate`
`lowtide.golden.compensate.network`     a whole network, layer after layer: `compensate_graph`
`lowtide.golden.compensate.selection`   which terms of a group: the largest, or those of least error
`lowtide.golden.compensate.slots`       selection rules: free, dedicated and windowed lanes
`lowtide.golden.compensate.allocation`  the terms of a group where they count most, by dynamic programming
`lowtide.golden.compensate.few_terms`   the nearest integers of few terms
`lowtide.golden.compensate.solver`      errors carried from block to block, and cyclic descent
`lowtide.golden.compensate.moments`     what calibration data say of a layer
`lowtide.golden.compensate.metric`      errors of weights as the layer's data see them
======================================  ==================================================================
"""

from .matrix import CompensatedMatrix, Compensation, compensate
from .moments import Moments
from .network import LayerReport, NetworkCompensation, compensate_graph
from .selection import SELECTIONS
from .slots import Slots

__all__ = [
    "SELECTIONS",
    "CompensatedMatrix",
    "Compensation",
    "LayerReport",
    "Moments",
    "NetworkCompensation",
    "Slots",
    "compensate",
    "compensate_graph",
]
