"""Steps of quantised networks as kernels, to the same integers.

================  ===============================================================
`network_step`    what kernels a step needs
`on_machine`      which steps a machine has
`part`            a part of a step's output, rows and channels
`builder`         scales as multipliers and shifts, zero points, limits
`weighted`        convolutions, linear layers, batch norms, with an addition
`products`        products of two computed tensors
`moves`           steps that move pixels
`softmax`         a softmax by tables
`vector_steps`    additions, pooling, limits, tables
================  ===============================================================
"""
