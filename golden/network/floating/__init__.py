"""A network as a graph of layers, evaluated in floating point.

=============================================  =================================================
`lowtide.golden.network.floating.graph`        layers as data; evaluation
`lowtide.golden.network.floating.operations`   the layers
`lowtide.golden.network.floating.convolution`  windows of pictures: their geometry, convolutions
`lowtide.golden.network.floating.functions`    functions of one value
`lowtide.golden.network.floating.moving`       what moves values and changes none
`lowtide.golden.network.floating.pooling`      the largest and the mean of windows
`lowtide.golden.network.floating.folding`      batch norms into the layers before them
`lowtide.golden.network.floating.calibration`  what tensors are on calibration data
=============================================  =================================================
"""
