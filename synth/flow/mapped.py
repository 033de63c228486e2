"""A mapped netlist as a graph: its cells, and the nets that their pins are on."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lowtide.hw.emit import yosys

from .store import digest, made, tools

__all__ = ["Cell", "MappedNetlist", "read"]


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    kind : str
        Its name in the library.
    pins : dict of str to int or str
        By pin: the net, an int, or a constant, a str.
    """

    kind: str
    pins: dict[str, int | str]


@dataclass(frozen=True)
class MappedNetlist:
    """A flat netlist.

    Parameters
    ----------
    cells : dict of str to Cell
        By instance.
    nets : dict of str to int
        By name (``net``, ``bus[3]``); several names may be one net.
    inputs : frozenset of int
        Nets of input ports.
    """

    cells: dict[str, Cell]
    nets: dict[str, int]
    inputs: frozenset[int]


def read(verilog: str, top: str) -> MappedNetlist:
    """A mapped netlist in Verilog, as :func:`lowtide.synth.flow.mapped_verilog` gives it."""
    module = json.loads(made("netlist_json", digest(verilog, top, tools()), lambda: _json(verilog, top)))
    nets: dict[str, int] = {}
    for name, net in module["netnames"].items():
        bits, first = net["bits"], net.get("offset", 0)
        places = range(first, first + len(bits))
        names = [name] if len(bits) == 1 and not first else [f"{name}[{place}]" for place in places]
        nets |= {each: bit for each, bit in zip(names, bits, strict=True) if isinstance(bit, int)}
    cells = {
        name: Cell(cell["type"], {pin: bits[0] for pin, bits in cell["connections"].items() if bits})
        for name, cell in module["cells"].items()
    }
    inputs = (bit for port in module["ports"].values() if port["direction"] == "input" for bit in port["bits"])
    return MappedNetlist(cells, nets, frozenset(inputs))


def _json(verilog: str, top: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mapped.v").write_text(verilog)
        yosys.run(["read_verilog mapped.v", "write_json mapped.json"], folder=folder)
        module = json.loads(Path(folder, "mapped.json").read_text())["modules"][top]
    kept = {"ports": module["ports"], "netnames": module["netnames"], "cells": module["cells"]}
    for entry in (*kept["netnames"].values(), *kept["cells"].values()):
        entry.pop("attributes", None)
    return json.dumps(kept)
