"""Networks: a graph of layers, evaluated in floating point and in integers.

=======================================  ======================================================================
`lowtide.golden.network.graph`           layers as data; evaluation in floating point
`lowtide.golden.network.operations`      the layers; `convolution` and `pooling` the ones on pictures
`lowtide.golden.network.folding`         batch norms into the layers before them
`lowtide.golden.network.plan`            what quantising a network means
`lowtide.golden.network.post_training`   a float network, calibration data and a plan to a quantised network
`lowtide.golden.network.quantised`       the quantised network in integers; `layer`, `weights`, `accumulators`,
                                         `integer_tensor`, `requantisation` its parts
`lowtide.golden.network.fake_quantised`  the same network in floating point, rounded to the same grids
`lowtide.golden.network.lstm`            an LSTM layer in floating point; `quantised_lstm` in integers
`lowtide.golden.network.bookkeeping`     multiplications, term pairs, bits and bytes of every layer
`lowtide.golden.network.roofline`        cycles of every layer on an array with a bandwidth
=======================================  ======================================================================
"""

from .convolution import Geometry, toeplitz
from .fake_quantised import run_fake_quantised
from .folding import fold_batch_norm
from .graph import Graph, Node
from .integer_tensor import IntegerTensor
from .plan import Plan
from .post_training import quantise_graph
from .quantised import QuantisedGraph
from .weights import QuantisedWeights

__all__ = [
    "Geometry",
    "Graph",
    "IntegerTensor",
    "Node",
    "Plan",
    "QuantisedGraph",
    "QuantisedWeights",
    "fold_batch_norm",
    "quantise_graph",
    "run_fake_quantised",
    "toeplitz",
]
