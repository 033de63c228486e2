"""Speed: how fast a PE and an array can be clocked on an FPGA, by placing and routing them with nextpnr.

======================  =======================================================================
`synth.speed.wrapper`   a unit behind three pins
`synth.speed.place`     nextpnr on one netlist with one seed
`synth.speed.fmax`      what is measured of a configuration
`synth.speed.report`    tables
======================  =======================================================================

``python -m synth.speed`` does it all; :func:`fmax` measures one unit, :func:`kept_fmax` tells what was measured before.
"""

from .fmax import fmax, kept_fmax

__all__ = ["fmax", "kept_fmax"]
