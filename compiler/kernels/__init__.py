"""Layers, or parts of them, as kernels: an EXEC record with what it needs in memories.

===========================================  =====================================================================
`lowtide.compiler.kernels.kernel`            what a kernel is
`lowtide.compiler.kernels.requantise`        what follows a layer's sums: multipliers, limits, a second tensor, a table
`lowtide.compiler.kernels.convolution`       convolutions, depthwise and grouped ones, linear layers
`lowtide.compiler.kernels.weight_tiles`      weights of convolutions as tiles
`lowtide.compiler.kernels.tensor_product`    products of two computed tensors
`lowtide.compiler.kernels.moved`             pixels in another order
`lowtide.compiler.kernels.softmax`           a softmax over channels, by tables
`lowtide.compiler.kernels.vector`            pooling, copies, sums and products of tensors
`lowtide.compiler.kernels.largest`           the largest codes of a vector with their channels
===========================================  =====================================================================
"""
