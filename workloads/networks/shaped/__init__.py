"""Networks of published shapes with random weights: for cycles, traffic and exactness, which weights do not change.

Nothing is fetched. Weights are drawn by He's rule (He et al., "Delving Deep into Rectifiers", ICCV 2015, section 2.2),
so values neither die out nor grow; batch norms are folded away. What such a network answers means nothing.

===================  ==============================================
`layers`             builds a graph layer by layer
`mobilenet_v1`       1x1 and depthwise convolutions in turn
`mobilenet_v2`       the same in narrow blocks with additions
`resnet50`           bottlenecks of 1x1 and 3x3 convolutions
`transformer_block`  attention, and two layers behind it
===================  ==============================================
"""

from .mobilenet_v1 import mobilenet_v1
from .mobilenet_v2 import mobilenet_v2
from .resnet50 import resnet50
from .transformer_block import transformer_block

__all__ = ["mobilenet_v1", "mobilenet_v2", "resnet50", "transformer_block"]
