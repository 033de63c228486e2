"""Mutants of what stands around an array: memories, address units, post-processing, movers, lists, bus.

==============================================  ===========================================================
`lowtide.formal.mutation.machines.text`         a machine's Verilog with mutants of its units
`lowtide.formal.mutation.machines.run`          all mutants, from the list to the outcome
`lowtide.formal.mutation.machines.player`       random lists on mutants, and the cycles that they take
`lowtide.formal.mutation.machines.equivalence`  whether a mutant can ever be seen
`lowtide.formal.mutation.machines.boxes`        units with what they place as boxes
`lowtide.formal.mutation.machines.from_reset`   units from a reset on
`lowtide.formal.mutation.machines.cycles`       a machine and a mutant of it for a few cycles
`lowtide.formal.mutation.machines.guarded`      what may differ between them, and where it may
`lowtide.formal.mutation.machines.near`         where a bit may differ, by the bits around it
`lowtide.formal.mutation.machines.counted`      which outputs of a machine count when
`lowtide.formal.mutation.machines.report`       the page
`lowtide.formal.mutation.machines.command`      ``lowtide mutate-machine``
==============================================  ===========================================================
"""
