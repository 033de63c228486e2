"""A quantised network: what it is, how it is made of a float one, and how it is evaluated.

==================================================  ===============================================================
`lowtide.golden.network.quantised.plan`             what quantising a network means
`lowtide.golden.network.quantised.steps`            layers that are computed as one
`lowtide.golden.network.quantised.weights`          weights in a format
`lowtide.golden.network.quantised.layer`            a linear or convolution layer in integers
`lowtide.golden.network.quantised.tables`           functions of codes
`lowtide.golden.network.quantised.integer_steps`    its steps in integers
`lowtide.golden.network.quantised.quantised_graph`  the network in integers
`lowtide.golden.network.quantised.post_training`    a float network, calibration data and a plan to a quantised one
`lowtide.golden.network.quantised.fake_quantised`   the same network in floating point, rounded to the same grids
==================================================  ===============================================================
"""
