"""Error-compensated quantisation: weights rounded so that a layer's outputs, not its weights, stay what they were.

================================  =====================================================================================
`golden.compensate.matrix`        one weight matrix in any format: `compensate`
`golden.compensate.network`       a whole network, layer after layer: `compensate_graph`
`golden.compensate.selection`     which terms of a group: the largest, or those of least error
`golden.compensate.slots`         selection rules: free, dedicated and windowed lanes
`golden.compensate.allocation`    the terms of a group where they count most, by dynamic programming
`golden.compensate.few_terms`     the nearest integers of few terms
`golden.compensate.solver`        errors carried from block to block, and cyclic descent
`golden.compensate.moments`       what calibration data say of a layer
`golden.compensate.metric`        errors of weights as the layer's data see them
================================  =====================================================================================
"""

from golden.compensate.matrix import CompensatedMatrix, Compensation, compensate
from golden.compensate.moments import Moments
from golden.compensate.network import LayerReport, NetworkCompensation, compensate_graph
from golden.compensate.selection import SELECTIONS
from golden.compensate.slots import Slots

__all__ = ["SELECTIONS", "CompensatedMatrix", "Compensation", "LayerReport", "Moments", "NetworkCompensation", "Slots",
           "compensate", "compensate_graph"]
