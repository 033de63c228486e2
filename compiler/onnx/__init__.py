"""ONNX models in and out.

==========================================  ======================================================================
`lowtide.compiler.onnx.importer`            a model as a graph of layers
`lowtide.compiler.onnx.quantised_importer`  a quantised model as a quantised network
`lowtide.compiler.onnx.source`              a model, read and checked
`lowtide.compiler.onnx.constants`           its constants
`lowtide.compiler.onnx.grids`               constants that stand for integers
`lowtide.compiler.onnx.tensors`             what an import works with: tensors, the node at hand, the graph so far
`lowtide.compiler.onnx.arranging`           tensors with other axes and lengths
`lowtide.compiler.onnx.operators`           the operators that are known, and why others are refused
`lowtide.compiler.onnx.arithmetic`          sums and products, with constants and with each other
`lowtide.compiler.onnx.functions`           functions of one value
`lowtide.compiler.onnx.products`            matrix products, norms, softmax
`lowtide.compiler.onnx.windows`             convolution and pooling
`lowtide.compiler.onnx.pictures`            means, padding, repeated pixels
`lowtide.compiler.onnx.shapes`              what moves values and changes none
`lowtide.compiler.onnx.quantisation`        what rounds
`lowtide.compiler.onnx.integer_operators`   operators of integers, taken apart
`lowtide.compiler.onnx.float_export`        a network in floating point as a model
`lowtide.compiler.onnx.qdq_export`          a quantised network as a model
==========================================  ======================================================================
"""
