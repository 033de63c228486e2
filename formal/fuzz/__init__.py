"""Fuzzing: what is drawn at random runs on the hardware and leaves what golden says.

==========  ================================================================
`search`    what every search at random has in common
`arrays`    random configurations of arrays (``lowtide fuzz``)
`records`   random legal lists of records, and lists with one fault
`machines`  such lists on whole machines (``lowtide fuzz-machine``)
==========  ================================================================
"""
