"""A quantised network as stages on a machine: forms of tensors, places in memory, stripes, and their order.

================  ==============================================================================
`shapes`          of tensors, as the network has them and as they lie in memory
`stage`           what runs as one: a step, or a copy into another form; who reads and makes what
`stages`          a network's steps as these
`products`        products of two computed tensors: which they are, as stages, and how they are cut
`largest_stages`  the largest values of a vector: pairs, and a copy of their halves
`own_tensors`     tensors that the network itself does not have
`forms`           in which layout each tensor lies, from its readers
`softmax_cost`    what a softmax needs between input and output, and its cycles, about
`estimate`        cycles of a stage, about
`placement`       which tensors stay in the feature memory, which stages run together, and where all lies
`packing`         places of things that live for some time
`problem`         stages, layouts and lives together
`turns`           when the host has its turns
`ways`            the ways to run stages: in stripes and parts that fit the memories, or several together
`refused`         steps that a machine refuses
`action`          copies, kernels, turns of the host
`emission`        stages as these, in order
================  ==============================================================================
"""
