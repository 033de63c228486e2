"""Handwritten digits on the arrays: one small network, every kind of PE, every mode, every test image through the RTL.

``lowtide demo`` (``make demo``) trains nothing: the network, its data, its shipped weights and how they become integers
are in `lowtide.workloads.digits`.

==========  ==========================================================================================
`families`  the rows of the comparison: kinds of PE, their arrays and modes
`measure`   accuracy, cycles and term pairs of a mode, and whether the RTL equals the golden model
`area`      the area of a PE, synthesised once and kept
`report`    the table as Markdown, JSON and in the terminal
`plot`      the same as pictures
`command`   the command line
==========  ==========================================================================================
"""
