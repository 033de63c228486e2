"""ONNX models in and out.

=====================================  =========================================================================
`lowtide.compiler.onnx.importer`       a model as a graph of layers
`lowtide.compiler.onnx.source`         a model, read and checked
`lowtide.compiler.onnx.constants`      its constants
`lowtide.compiler.onnx.tensors`        what an import works with: tensors, the node at hand, the graph so far
`lowtide.compiler.onnx.operators`      matrix products and what works value by value
`lowtide.compiler.onnx.windows`        convolution and pooling
`lowtide.compiler.onnx.shapes`         what moves values and changes none
`lowtide.compiler.onnx.qdq_export`     a quantised network as a model
=====================================  =========================================================================
"""
