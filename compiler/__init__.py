"""The compiler: from quantised networks to lists of records of a machine, and the bytes beside them.

=================================  ==========================================================================
`lowtide.compiler.layout`          where the values of a tensor lie in the feature memory
`lowtide.compiler.requantise`      what follows a layer's sums: multipliers, limits, a second tensor, a table
`lowtide.compiler.weights`         weights as words of the weight memory
`lowtide.compiler.kernel`          a layer as an EXEC record with what it needs in memories
`lowtide.compiler.convolution`     convolutions, depthwise and grouped ones, linear layers
`lowtide.compiler.vector`          pooling, copies, sums and products of tensors
`lowtide.compiler.tensor_product`  products of two computed tensors
`lowtide.compiler.unfold`          first layers of few channels
`lowtide.compiler.steps`           steps of quantised networks as kernels
`lowtide.compiler.tokens`          which records wait for which
`lowtide.compiler.cycles`          cycles of records and of whole lists, predicted
`lowtide.compiler.explain`         where the cycles of a program go, as a table and a page
`lowtide.compiler.program`         kernels and copies as a list of records and the bytes beside it
`lowtide.compiler.transfers`       copies of tensors and parts of them
`lowtide.compiler.plan`            what stays in memory, stripes, order
`lowtide.compiler.compiled`        a network as a program
`lowtide.compiler.layer_records`   which records are those of a layer
`lowtide.compiler.onnx`            ONNX models in and out
=================================  ==========================================================================

What cannot be done is a ``ValueError`` of one line that names the field, its value and what is allowed.
"""
