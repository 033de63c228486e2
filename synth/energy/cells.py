"""What standard cells take: pin capacitances, energies of transitions, leakage, from a liberty file.

A transition of a pin takes ``(rise + fall) / 2`` of its internal power: every net rises as often as it falls, and many
libraries state negative energies for one direction. Tables are read at one input transition, :data:`TRANSITION`, and at
the load of the pin, linearly between their points and constant beyond them. Groups for several related pins and
conditions (``when``) are averaged. The unit of internal power is ``capacitive_load_unit * voltage_unit^2``.

Source: Synopsys, *Liberty User Guide*, volume 1, "Modeling Power and Electromigration".
"""

import re
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..targets.groups import Group, numbers, parse
from ..targets.liberty import Cells

__all__ = ["TRANSITION", "CellEnergies", "CellEnergy", "Pin", "Table"]

TRANSITION = 0.05  #: ns, of every input: what a NAND2 in 130 nm gives at a load of 4.5 fF

_PREFIXES = {"": 1.0, "m": 1e-3, "u": 1e-6, "n": 1e-9, "p": 1e-12, "f": 1e-15}
_SLOPES = ("input_transition_time", "input_net_transition")
_LOADS = ("total_output_net_capacitance",)


@dataclass(frozen=True)
class Table:
    """Energy of a transition over the load: at loads in fF, ascending, energies in fJ. One point is a constant."""

    loads: tuple[float, ...]
    energies: tuple[float, ...]

    def at(self, load: float) -> float:
        """fJ at a load in fF."""
        return float(np.interp(load, self.loads, self.energies))


@dataclass(frozen=True)
class Pin:
    """A pin of a cell.

    Parameters
    ----------
    capacitance : float
        fF.
    tables : tuple of Table
        Of its internal power, to be averaged.
    is_input, is_clock : bool
        What the pin is.
    """

    capacitance: float
    tables: tuple[Table, ...]
    is_input: bool
    is_clock: bool

    def internal(self, load: float) -> float:
        """Internal energy of a transition of this pin, in fJ, at a load in fF: the mean of its tables."""
        return mean(table.at(load) for table in self.tables) if self.tables else 0.0


@dataclass(frozen=True)
class CellEnergy:
    """A cell.

    Parameters
    ----------
    pins : dict of str to Pin
        By name.
    leakage : float
        nW.
    kind : str
        "logic", "register" or "clock gate".
    """

    pins: dict[str, Pin]
    leakage: float
    kind: str


class CellEnergies:
    """Energies of the cells of a library; one without internal power gives the energy of the nets alone.

    Parameters
    ----------
    cells : Cells
        The library.

    Attributes
    ----------
    voltage : float
        V.

    Raises
    ------
    ValueError
        The library's header lacks a unit or the voltage.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._found: dict[str, CellEnergy] = {}
        self._header = parse(cells.header + "}").of("library")[0]
        self.voltage = self._voltage()
        self._farad = self._capacitive_unit() / 1e-15
        self._joule = self._farad * self._unit("voltage_unit", "V") ** 2
        self._second = self._unit("time_unit", "s")

    def cell(self, name: str) -> CellEnergy:
        """The energies of a cell. ``ValueError`` where its tables are not understood."""
        if name not in self._found:
            self._found[name] = self._read(name)
        return self._found[name]

    # The header -----------------------------------------------------------------------------------------------------

    def _wrong(self, what: str) -> ValueError:
        return ValueError(f"liberty is {str(self.cells.path)!r}: {what}")

    def _unit(self, name: str, letter: str, default: str | None = None) -> float:
        said = str(self._header.attributes.get(name, default))
        if not (found := re.fullmatch(rf"\s*([\d.eE+-]+)\s*([munpf]?){letter}\s*", said, re.IGNORECASE)):
            raise self._wrong(f"{name} is {said}, allowed is a number of {letter}")
        return float(found[1]) * _PREFIXES[found[2].lower()]

    def _capacitive_unit(self) -> float:
        said = self._header.attributes.get("capacitive_load_unit", ())
        if len(said) != 2 or said[1].lower() not in ("ff", "pf", "nf"):
            raise self._wrong(f"capacitive_load_unit is {' '.join(said) or 'missing'}, allowed is a number of ff or pf")
        return float(said[0]) * _PREFIXES[said[1].lower()[0]]

    def _voltage(self) -> float:
        conditions = {str(group.arguments[0]): group.attributes for group in self._header.of("operating_conditions")}
        chosen = conditions.get(self._header.attributes.get("default_operating_conditions", ""), {})
        said = chosen.get("voltage", self._header.attributes.get("nom_voltage"))
        if said is None:
            raise self._wrong("nom_voltage is missing")
        return float(said) * self._unit("voltage_unit", "V", "1V")

    @cached_property
    def _templates(self) -> dict[str, dict[str, Any]]:
        return {group.arguments[0]: group.attributes for group in self._header.of("power_lut_template")}

    # A cell ---------------------------------------------------------------------------------------------------------

    def _read(self, name: str) -> CellEnergy:
        group = self.cells.cell(name)
        gate = "clock_gating_integrated_cell" in group.attributes
        clocks = {
            word
            for state in group.of("ff", "ff_bank", "latch", "latch_bank")
            for attribute in ("clocked_on", "clocked_on_also", "enable")
            for word in re.findall(r"\w+", str(state.attributes.get(attribute, "")))
        }
        pins: dict[str, Pin] = {}
        for pin in group.of("pin"):
            said = pin.attributes
            if said.get("direction") in ("input", "output"):
                is_input = said["direction"] == "input"
                is_clock = is_input and (pin.true("clock") or pin.true("clock_gate_clock_pin"))
                tables = tuple(table for power in pin.of("internal_power") for table in self._tables(name, power))
                pins |= {
                    each: Pin(
                        float(said.get("capacitance", self._default_capacitance)) * self._farad * is_input,
                        tables,
                        is_input,
                        is_clock or each in clocks,
                    )
                    for each in pin.arguments
                }
        kind = "clock gate" if gate else "register" if clocks else "logic"
        return CellEnergy(pins, self._leakage(group), kind)

    @property
    def _default_capacitance(self) -> Any:
        return self._header.attributes.get("default_input_pin_cap", 0.0)

    def _leakage(self, group: Group) -> float:
        said = group.attributes.get("cell_leakage_power")
        if said is None:
            values = [float(state.attributes["value"]) for state in group.of("leakage_power")]
            said = mean(values) if values else self._header.attributes.get("default_cell_leakage_power", 0.0)
        return float(said) * self._unit("leakage_power_unit", "W", "1nW") / 1e-9 if float(said) else 0.0

    def _tables(self, name: str, power: Group) -> list[Table]:
        """One table of an ``internal_power`` group: of both directions' mean, or of ``power``."""
        found = [self._table(name, group) for group in power.of("rise_power", "fall_power") or 2 * power.of("power")]
        if not found:
            return []
        loads = sorted({load for table in found for load in table.loads})
        return [Table(tuple(loads), tuple(sum(table.at(load) for table in found) / 2 for load in loads))]

    def _table(self, name: str, group: Group) -> Table:
        """A table over the load alone, at :data:`TRANSITION`."""
        values = np.array(numbers(group.attributes["values"]))
        template = self._templates.get(group.arguments[0] if group.arguments else "scalar", {})
        axes: list[tuple[str, Any]] = []
        for place in (1, 2, 3):
            if (variable := template.get(f"variable_{place}")) is None:
                break
            index: Any = group.attributes.get(f"index_{place}", template.get(f"index_{place}"))
            axes.append((variable, np.array(numbers(index)[0])))
        if unknown := [variable for variable, _ in axes if variable not in _SLOPES + _LOADS]:
            raise self._wrong(
                f"cell {name}: internal power over {', '.join(unknown)}, allowed are {_SLOPES[0]} and {_LOADS[0]}"
            )
        values = values.reshape([len(index) for _, index in axes])
        for axis in reversed(range(len(axes))):
            variable, index = axes[axis]
            if variable in _SLOPES:
                at = TRANSITION * 1e-9 / self._second
                values = np.apply_along_axis(partial(_interpolated, index, at), axis, values)
        loads = next((index for variable, index in axes if variable in _LOADS), np.zeros(1))
        return Table(tuple(loads * self._farad), tuple(np.atleast_1d(values) * self._joule))


def _interpolated(points: NDArray[Any], at: float, values: NDArray[Any]) -> float:
    return float(np.interp(at, points, values))
