"""Handwritten digits on the arrays: a small network, every mode of quantisation, every test image through the RTL.

``python -m examples.digits`` (``make demo``) trains nothing: the weights are a small file that `train` reproduces.

============  ==========================================================================================
`network`     data, split, the float network and its shipped weights
`train`       makes the weights: ``python -m examples.digits.train``
`quantised`   the network in integers; whoever multiplies matrices plugs in
`families`    the rows of the comparison: arrays and their modes
`measure`     accuracy, cycles and term pairs of a mode, and whether the RTL equals the golden model
`report`      the table as Markdown, JSON and in the terminal; the plot
============  ==========================================================================================
"""
