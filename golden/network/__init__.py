"""Networks: a graph of layers, evaluated in floating point and in integers.

==================================  =========================================================================
`lowtide.golden.network.floating`   a graph of layers, evaluated in floating point
`lowtide.golden.network.quantised`  what quantising means, the quantised network, integers and fake-quantised
`lowtide.golden.network.integers`   sums, requantisation and tensors of integers
`lowtide.golden.network.lstm`       an LSTM layer, in floating point and in integers
`lowtide.golden.network.arrays`     the products of layers on an array
`lowtide.golden.network.costs`      multiplications, term pairs, bits, bytes and cycles of every layer
==================================  =========================================================================
"""

from .floating.convolution import Geometry, toeplitz
from .floating.folding import fold_batch_norm
from .floating.graph import Graph, Node
from .integers.integer_tensor import IntegerTensor
from .quantised.fake_quantised import run_fake_quantised
from .quantised.plan import Plan
from .quantised.post_training import quantise_graph
from .quantised.quantised_graph import QuantisedGraph
from .quantised.weights import QuantisedWeights

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
