"""Writes a machine's files: ``NAME_machine.v``, its description ``.json``, and for FuseSoC ``.core`` with ``.vlt``, the
remarks of Verilator that mean nothing here."""

import json
from pathlib import Path
from typing import Any

from amaranth.lib.wiring import In

from lowtide.common.output import output_folder

from ..config.accelerator_config import ACCELERATOR_SETTINGS, AcceleratorConfig
from ..machine.machine import Machine
from .fusesoc import core_file
from .verilog import verilog
from .write import WAIVERS

__all__ = ["machine_description", "write_machine"]

#: Ports by what their names begin with.
PORTS = {
    "clk": "clock, rising edge",
    "rst": "synchronous reset, active high; needed once after power-up",
    "s_axi_": "AXI4-Lite, 32 bits: the registers",
    "m_axi_": "AXI4: external memory",
    "irq": "interrupt, as the register `interrupts` says",
}


def write_machine(config: AcceleratorConfig, folder: str | Path) -> str:
    """Write a machine's files into a folder; returns the Verilog as text. ``ValueError`` for a folder that cannot be
    made or written."""
    with output_folder(folder) as folder:
        machine = Machine(config)
        text = verilog(machine, title=_title(config))
        (folder / f"{config.top}.v").write_text(text)
        (folder / f"{config.top}.json").write_text(json.dumps(machine_description(machine), indent=1) + "\n")
        (folder / f"{config.top}.core").write_text(
            core_file(
                config.top,
                library="machines",
                description=f"Lowtide machine around the array {config.array.name}",
                has_bench=False,
            )
        )
        (folder / f"{config.top}.vlt").write_text(WAIVERS.read_text())
    return text


def machine_description(machine: Machine) -> dict[str, Any]:
    """A machine as an object for JSON: its fields, the sizes that follow from them, its ports."""
    config, fields = machine.config, machine.config.fields()
    ports = [("clk", 1, "input"), ("rst", 1, "input")]
    ports += [(name, len(value), "input" if member.flow == In else "output") for name, value, member in machine.ports()]
    meanings = {setting.name: setting.help for setting in ACCELERATOR_SETTINGS}
    return {
        "name": config.top,
        "identity": f"{config.identity:#010x}",
        "parameters": {name: {"value": fields[name], "meaning": meaning} for name, meaning in meanings.items()},
        "array": fields["array"],
        "sizes": {
            "atom_bytes": config.atom_bytes,
            "atoms": config.feature_atoms,
            "weight_word_bytes": config.weight_word_bytes,
            "weight_words": config.weight_words,
            "requantisers": config.requantisers,
        },
        "ports": [
            {"name": name, "direction": direction, "bits": bits, "meaning": _meaning(name)}
            for name, bits, direction in ports
        ],
    }


def _meaning(port: str) -> str:
    return next(meaning for start, meaning in PORTS.items() if port.startswith(start))


def _title(config: AcceleratorConfig) -> str:
    """Two lines that say what this is."""
    fields = {setting.name: getattr(config, setting.name) for setting in ACCELERATOR_SETTINGS}
    line = ", ".join(
        f"{name} {' '.join(value) if isinstance(value, tuple) else value}"
        for name, value in fields.items()
        if name != "name"
    )
    return f"{line}\narray {config.array.name}: {config.array.header()}"
