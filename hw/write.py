"""Writes a configuration's files: ``NAME.v``, ``NAME.json``, ``NAME.core``, and the mode word's documents."""

import json
from pathlib import Path

from .documents import core, description, mode_header, mode_json, mode_markdown
from .emit import verilog
from .engine import Engine

__all__ = ["write_configuration", "write_mode_word", "write_unit"]


def write_configuration(config, folder):
    """Write the Verilog, its description and its core file; returns the Verilog as text."""
    folder = _made(folder)
    engine = Engine(config)
    text = verilog(engine, title=config.header())
    (folder / f"{config.name}.v").write_text(text)
    (folder / f"{config.name}.json").write_text(json.dumps(description(engine), indent=1) + "\n")
    (folder / f"{config.name}.core").write_text(core(config))
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
