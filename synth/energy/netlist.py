"""The energy of a mapped netlist from the transitions of its nets.

::

    E = sum over nets of transitions * (1/2 C V^2 + internal energy of the pins on the net)

C is the capacitance of the input pins that the net drives, without wires. Nets that come in by a port are counted with
the pins that they drive here, so in an array every net counts once; outputs drive nothing here but what is inside.

=========  ==========================================================================================
clock      nets with a clock pin, the internal energy of clock pins, everything inside clock gates
registers  nets that a register drives or that come in by a port, the rest of the registers' energy
logic      everything else
=========  ==========================================================================================
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..flow.mapped import MappedNetlist
from .cells import CellEnergies, CellEnergy, Pin

__all__ = ["PARTS", "Weights", "weights"]

PARTS = ("clock", "registers", "logic")
_OnNet = tuple[CellEnergy, Pin]  # a pin on a net


@dataclass(frozen=True)
class Weights:
    """What one transition of each net takes.

    Parameters
    ----------
    netlist : MappedNetlist
        Whose nets.
    energies : dict of int to float64 [parts]
        fJ by net, one for each of :data:`PARTS`.
    loads : dict of int to float
        fF by net.
    leakage : float
        Power of all cells, nW.
    voltage : float
        V.
    """

    netlist: MappedNetlist
    energies: dict[int, NDArray[np.float64]]
    loads: dict[int, float]
    leakage: float
    voltage: float

    def energy(self, transitions: Mapping[str, int]) -> NDArray[np.float64]:
        """Energy of so many transitions of each net, by name: fJ, float64 [parts].

        Raises
        ------
        ValueError
            The netlist has a net that is not counted, or none of a name that is.
        """
        counted = {}
        for name, number in transitions.items():
            if name not in self.netlist.nets:
                raise ValueError(f"net is {name!r}, the netlist has none of that name")
            counted[self.netlist.nets[name]] = number
        if missing := self.energies.keys() - counted.keys():
            names = sorted(name for name, net in self.netlist.nets.items() if net in missing)
            raise ValueError(f"transitions lack {len(missing)} nets of the netlist, {names[0]} first")
        return sum((counted[net] * each for net, each in self.energies.items()), np.zeros(len(PARTS)))


def weights(netlist: MappedNetlist, energies: CellEnergies) -> Weights:
    """What the transitions of a netlist take with the cells of a library. Raises ``ValueError`` for one that states no
    pin capacitances."""
    sinks: dict[int, list[_OnNet]] = defaultdict(list)
    drivers: dict[int, _OnNet] = {}
    loads: dict[int, float] = defaultdict(float)
    leakage = 0.0
    for cell in netlist.cells.values():
        taken = energies.cell(cell.kind)
        leakage += taken.leakage
        for name, net in cell.pins.items():
            if not isinstance(net, int):
                continue
            if name not in taken.pins:
                raise ValueError(f"cell {cell.kind} has a pin {name} in the netlist, none in the library")
            pin = taken.pins[name]
            if pin.is_input:
                sinks[net].append((taken, pin))
                loads[net] += pin.capacitance
            else:
                drivers[net] = (taken, pin)
    if loads and not any(loads.values()):
        raise ValueError(f"liberty is {str(energies.cells.path)!r}: it states no pin capacitances")
    nets = sinks.keys() | drivers.keys()
    found = {
        net: _parts(sinks[net], drivers.get(net), loads[net], energies.voltage, net in netlist.inputs)
        for net in sorted(nets)
    }
    return Weights(netlist, found, dict(loads), leakage, energies.voltage)


def _parts(
    sinks: Sequence[_OnNet], driver: _OnNet | None, load: float, voltage: float, from_port: bool
) -> NDArray[np.float64]:
    """fJ of one transition of a net, by part."""
    parts = dict.fromkeys(PARTS, 0.0)
    owner = "registers" if from_port or (driver and driver[0].kind == "register") else "logic"
    if any(pin.is_clock for _, pin in sinks):
        owner = "clock"
    parts[owner] += load * voltage**2 / 2
    for cell, pin in (*sinks, *((driver,) if driver else ())):
        inside = (
            "clock"
            if pin.is_clock or cell.kind == "clock gate"
            else "registers"
            if cell.kind == "register"
            else "logic"
        )
        parts[inside] += pin.internal(0.0 if pin.is_input else load)
    return np.array([parts[name] for name in PARTS])
