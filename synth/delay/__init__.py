"""Delay: the area of a PE at each clock period, on standard cells.

====================================  ==========================================
`lowtide.synth.delay.timed_library`   standard cells with delays
`lowtide.synth.delay.mapping`         a design mapped for a period
`lowtide.synth.delay.curve`           area against the period, of a PE
`lowtide.synth.delay.report`          table and picture
====================================  ==========================================

``lowtide delay`` does it all.
"""
