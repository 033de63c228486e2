"""The compiler: from quantised networks to lists of records of a machine, and the bytes beside them.

===========================  ============================================================================
`lowtide.compiler.onnx`      ONNX models in and out
`lowtide.compiler.layouts`   where tensors, weights and pictures lie in memories, and copies of them
`lowtide.compiler.kernels`   layers as EXEC records with what these need in memories
`lowtide.compiler.steps`     steps of quantised networks as kernels
`lowtide.compiler.plan`      what stays in memory, stripes, order
`lowtide.compiler.lists`     kernels and copies as a list of records and the bytes beside it
`lowtide.compiler.programs`  networks as programs: made, written to folders, run
`lowtide.compiler.cycles`    cycles of records and of whole lists, predicted
`lowtide.compiler.explain`   where the cycles of a program go, as a table and a page
===========================  ============================================================================

The commands `lowtide compile` and `lowtide run` are beside them. What cannot be done is a ``ValueError`` of one line
that names the field, its value and what is allowed.
"""
