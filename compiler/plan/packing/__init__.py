"""Things that live for some time in a memory.

===========  ===========================================
`packing`    their places, by first fit, and lower bounds
`solved`     these by a solver of constraints
===========  ===========================================
"""
