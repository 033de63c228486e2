"""Cutting a netlist at its registers: what remains is a function of inputs and state.

::

    outputs(t) = f(inputs(t), state(t))      state(t+1) = enabled ? g(inputs(t), state(t)) : state(t)

Every register of this project's PEs drives an output port, so a bit of state has the name of the output bit that it
drives. ``enabled`` is what opens the clock gates before the register: the latch of a gate follows its enable while the
clock is low, so at the rising edge it holds the enable of this cycle.

Netlists are modules as Yosys' ``write_json`` gives them, of one-bit cells.
"""

from collections.abc import Mapping
from typing import Any

from .cells import CellModel

__all__ = ["cut"]


def cut(module: Mapping[str, Any], gates: Mapping[str, CellModel]) -> tuple[dict[str, Any], set[str]]:
    """The combinational module: state bits become inputs ``state.NAME`` and outputs ``next.NAME``.

    Parameters
    ----------
    module : mapping
        As of ``write_json``, its registers ``$_DFF_P_``.
    gates : mapping of str to CellModel
        Clock gates, by type of their cells.

    Returns
    -------
    (dict, set of str)
        The new module, and names of state bits.

    Raises
    ------
    ValueError
        A clock is not understood, there is another register, or one that drives no output.
    """
    cells, ports = dict(module["cells"]), {}
    driven: dict[int | str, str] = {}
    for name, port in module["ports"].items():
        for place, bit in enumerate(port["bits"]):
            ports[f"{name}[{place}]"] = {"direction": port["direction"], "bits": [bit]}
            if port["direction"] == "output":
                driven.setdefault(bit, f"{name}[{place}]")
    opened = {
        cell["connections"][gates[cell["type"]].outputs[0]][0]: (cell["connections"], gates[cell["type"]])
        for cell in cells.values()
        if cell["type"] in gates
    }
    cells = {name: cell for name, cell in cells.items() if cell["type"] not in gates}
    clock = module["ports"]["clk"]["bits"][0]
    state: set[str] = set()
    fresh = 1 + max(bit for net in module["netnames"].values() for bit in net["bits"] if isinstance(bit, int))
    for name, cell in sorted(cells.items()):
        if "DFF" not in cell["type"] and "LATCH" not in cell["type"]:
            continue
        if cell["type"] != "$_DFF_P_":
            raise ValueError(f"register is {cell['type']}, allowed is a rising edge without set and reset")
        d, q, net = (cell["connections"][pin][0] for pin in "DQC")
        if q not in driven:
            raise ValueError(f"register {name} drives no output, so the other netlist has none of its name")
        while net != clock:
            if net not in opened:
                raise ValueError(f"register {name} has another clock than clk and outputs of clock gates")
            pins, model = opened[net]
            cells[f"enable.{fresh}"] = _gate("$_MUX_", A=q, B=d, S=pins[model.enable][0], Y=fresh)
            d, net, fresh = fresh, pins[model.clock][0], fresh + 1
        del cells[name]
        state.add(driven[q])
        ports[f"state.{driven[q]}"] = {"direction": "input", "bits": [q]}
        ports[f"next.{driven[q]}"] = {"direction": "output", "bits": [d]}
    ordered = {name: ports[name] for name in sorted(ports)}
    return {"attributes": {}, "ports": ordered, "cells": cells, "netnames": {}}, state


def _gate(kind: str, **pins: int | str) -> dict[str, Any]:
    return {
        "type": kind,
        "parameters": {},
        "attributes": {},
        "port_directions": {pin: "output" if pin == "Y" else "input" for pin in pins},
        "connections": {pin: [bit] for pin, bit in pins.items()},
    }
