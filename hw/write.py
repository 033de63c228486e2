"""Writes a configuration's files, and the mode word's documents.

``NAME.v``, its description ``NAME.json``, and for FuseSoC ``NAME.core`` with what it names: ``NAME_bench.v``, a small
bench, and ``NAME.vlt``, the remarks of Verilator that mean nothing here.
"""

import json
from pathlib import Path

from .documents import core, description, mode_header, mode_json, mode_markdown
from .emit import verilog
from .engine import Engine
from .verilog_bench import verilog_bench

__all__ = ["WAIVERS", "write_configuration", "write_mode_word", "write_unit"]

WAIVERS = Path(__file__).with_name("waivers.vlt")  #: for Verilator: what it may say of emitted Verilog, and why


def write_configuration(config, folder):
    """Write the Verilog, its description, bench, waivers and core file; returns the Verilog as text."""
    folder = _made(folder)
    engine = Engine(config)
    text = verilog(engine, title=config.header())
    (folder / f"{config.name}.v").write_text(text)
    (folder / f"{config.name}.json").write_text(json.dumps(description(engine), indent=1) + "\n")
    (folder / f"{config.name}.core").write_text(core(config))
    (folder / f"{config.name}.vlt").write_text(WAIVERS.read_text())
    (folder / f"{config.name}_bench.v").write_text(verilog_bench(config))
    return text


def write_unit(unit, folder):
    """Write a stand-alone unit, one file of Verilog; returns its path."""
    path = _made(folder) / f"{unit.name}.v"
    path.write_text(verilog(unit))
    return path


def write_mode_word(folder):
    """Write ``lowtide_mode.json``, ``.md`` and ``.h``."""
    folder = _made(folder)
    (folder / "lowtide_mode.json").write_text(json.dumps(mode_json(), indent=1) + "\n")
    (folder / "lowtide_mode.md").write_text(mode_markdown())
    (folder / "lowtide_mode.h").write_text(mode_header())


def _made(folder):
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"output is {folder}: {error.strerror.lower()}") from None
    return folder
