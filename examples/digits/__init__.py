"""Handwritten digits on the arrays: one small network, every kind of PE, every mode, every test image through the RTL.

``lowtide demo`` (``make demo``) trains nothing: the weights are a small file that `train`
reproduces.

============  ==========================================================================================
`network`     data, split, the float network and its shipped weights
`train`       makes the weights: ``lowtide train-digits``
`weights`     how real weights become integers or codes: widths and storage formats
`quantised`   the network in integers; whoever multiplies matrices plugs in
`families`    the rows of the comparison: kinds of PE, their arrays and modes
`measure`     accuracy, cycles and term pairs of a mode, and whether the RTL equals the golden model
`area`        the area of a PE, synthesised once and kept
`report`      the table as Markdown, JSON and in the terminal
`plot`        the same as pictures
============  ==========================================================================================
"""
