"""Whole networks on the RTL of machines: compiled, run bit for bit, and their cycles beside peers and aims.

==========  ======================================================================
`networks`  the networks, quantised, each with a sample
`machines`  the machines that they run on
`tasks`     which network runs on which machine, in which format; the aims
`measured`  compiles a task, runs it on golden's machine and on the RTL
`page`      the table, the picture and what follows from them
`command`   ``lowtide whole-networks`` (``make networks``)
==========  ======================================================================
"""
