"""ONNX models in and out.

====================================================  ============================================================
`lowtide.compiler.onnx.importer`                      a model as a graph of layers
`lowtide.compiler.onnx.quantised_importer`            a quantised model as a quantised network
`lowtide.compiler.onnx.model.source`                  a model, read and checked
`lowtide.compiler.onnx.model.constants`               its constants
`lowtide.compiler.onnx.graph.tensor`                  tensors that know their ONNX axes
`lowtide.compiler.onnx.graph.step`                    the node at hand
`lowtide.compiler.onnx.graph.builder`                 the graph so far, and what an operator is
`lowtide.compiler.onnx.graph.grids`                   constants that stand for integers
`lowtide.compiler.onnx.graph.arranging`               tensors with other axes and lengths
`lowtide.compiler.onnx.operators.known`               the operators that are known, and why others are refused
`lowtide.compiler.onnx.operators.arithmetic`          sums and products
`lowtide.compiler.onnx.operators.with_constants`      those with constants
`lowtide.compiler.onnx.operators.functions`           functions of one value
`lowtide.compiler.onnx.operators.products`            matrix products, norms, softmax
`lowtide.compiler.onnx.operators.windows`             convolution and pooling
`lowtide.compiler.onnx.operators.pictures`            means, padding, repeated pixels
`lowtide.compiler.onnx.operators.shapes`              what moves values and changes none
`lowtide.compiler.onnx.operators.parts`               parts of tensors, and tensors put together
`lowtide.compiler.onnx.quantised.quantisation`        what rounds
`lowtide.compiler.onnx.quantised.integer_operators`   operators of integers, taken apart
`lowtide.compiler.onnx.quantised.rounding_order`      roundings where steps of a quantised network have them
`lowtide.compiler.onnx.export.float_export`           a network in floating point as a model
`lowtide.compiler.onnx.export.qdq_export`             a quantised network as a model
`lowtide.compiler.onnx.described`                     operators in words, for the page of them
====================================================  ============================================================
"""
