"""Whole networks on the RTL of machines: compiled, run bit for bit, and their cycles beside peers and aims.

============  ======================================================================
`networks`    the networks, quantised, each with a sample
`layers`      single layers of known networks, one of each type
`machines`    the machines that they run on
`tasks`       which network runs on which machine, in which format; the aims
`measured`    compiles a task, runs it on golden's machine and on the RTL
`running`     tasks in worker processes
`layer_runs`  layers of a network alone, from golden's memories
`page`        the table of networks, the picture and what follows from them
`layer_page`  the same of single layers
`report`      what is written and shown of either
`command`     ``lowtide whole-networks``, ``lowtide single-layers``: ``make networks``
============  ======================================================================
"""
