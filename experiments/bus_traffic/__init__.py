"""What goes over the bus of a machine, and what it could save if it were compressed.

=========================================  ==================================================
`lowtide.experiments.bus_traffic.traffic`  bytes of a network's copies, and the cycles of a wider bus
`lowtide.experiments.bus_traffic.page`     the page
`lowtide.experiments.bus_traffic.command`  ``lowtide bus-traffic``
=========================================  ==================================================
"""
