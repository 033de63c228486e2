"""Networks: a graph of layers, evaluated in floating point and in integers.

===================================  ================================================================================
`golden.network.graph`               layers as data; evaluation in floating point
`golden.network.operations`          the layers; `convolution` and `pooling` the ones on pictures
`golden.network.folding`             batch norms into the layers before them
`golden.network.plan`                what quantising a network means
`golden.network.post_training`       a float network, calibration data and a plan to a quantised network
`golden.network.quantised`           the quantised network in integers; `layer`, `weights`, `accumulators`,
                                     `requantisation` its parts
`golden.network.fake_quantised`      the same network in floating point, rounded to the same grids
`golden.network.lstm`                an LSTM cell, in floating point and in integers
`golden.network.bookkeeping`         multiplications, term pairs, bits and bytes of every layer
`golden.network.roofline`            cycles of every layer on an array with a bandwidth
===================================  ================================================================================
"""

from golden.network.convolution import Geometry, toeplitz
from golden.network.fake_quantised import run_fake_quantised
from golden.network.folding import fold_batch_norm
from golden.network.graph import Graph, Node
from golden.network.plan import Plan
from golden.network.post_training import quantise_graph
from golden.network.quantised import IntegerTensor, QuantisedGraph
from golden.network.weights import QuantisedWeights

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
