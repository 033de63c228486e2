"""The matrix products of layers as an array computes them, job by job.

================================================  ===========================================
`lowtide.golden.network.arrays.array_product`     any layer, the modes that its operands need
`lowtide.golden.network.arrays.diagonal_product`  depthwise convolutions in diagonal modes
================================================  ===========================================
"""
