"""Speed: how fast a PE and an array can be clocked on an FPGA, by placing and routing them with nextpnr.

=============================  ====================================
`lowtide.synth.speed.wrapper`  a unit behind three pins
`lowtide.synth.speed.place`    nextpnr on one netlist with one seed
`lowtide.synth.speed.fmax`     what is measured of a configuration
`lowtide.synth.speed.rows`     rows of the tables
`lowtide.synth.speed.aims`     what is meant to be reached
`lowtide.synth.speed.report`   tables
=============================  ====================================

``lowtide speed`` does it all; :func:`fmax` measures one unit, :func:`kept_fmax` tells what was measured
before.
"""

from .fmax import fmax, kept_fmax

__all__ = ["fmax", "kept_fmax"]
