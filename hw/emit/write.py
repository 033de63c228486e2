"""Writes a configuration's files, and the mode word's documents.

``NAME.v``, its description ``NAME.json``, and for FuseSoC ``NAME.core`` with what it names: ``NAME_bench.v``, a small
bench, and ``NAME.vlt``, the remarks of Verilator that mean nothing here.
"""

import json
from pathlib import Path

from lowtide.common.output import output_folder

from ..array.engine import Engine
from ..config.array_config import ArrayConfig
from ..config.reserved import MODE_WORD
from ..logic.unit import Unit
from .documents.description import description
from .documents.mode_word import mode_header, mode_json, mode_markdown
from .fusesoc import core_file
from .verilog import verilog
from .verilog_bench import verilog_bench

__all__ = ["WAIVERS", "write_configuration", "write_mode_word", "write_unit"]

WAIVERS = Path(__file__).with_name("waivers.vlt")  #: for Verilator: what it may say of emitted Verilog, and why


def write_configuration(config: ArrayConfig, folder: str | Path) -> str:
    """Write the Verilog, its description, bench, waivers and core file; returns the Verilog as text.

    ``ValueError`` for a folder that cannot be made or written, as from all functions of this module.
    """
    with output_folder(folder) as folder:
        engine = Engine(config)
        text = verilog(engine, title=config.header())
        (folder / f"{config.name}.v").write_text(text)
        (folder / f"{config.name}.json").write_text(json.dumps(description(engine), indent=1) + "\n")
        (folder / f"{config.name}.core").write_text(
            core_file(config.name, library="arrays", description=f"Lowtide {config.header()}", has_bench=True)
        )
        (folder / f"{config.name}.vlt").write_text(WAIVERS.read_text())
        (folder / f"{config.name}_bench.v").write_text(verilog_bench(config))
    return text


def write_unit(unit: Unit, folder: str | Path) -> Path:
    """Write a stand-alone unit, one file of Verilog; returns its path."""
    with output_folder(folder) as folder:
        path = folder / f"{unit.name}.v"
        path.write_text(verilog(unit))
    return path


def write_mode_word(folder: str | Path) -> None:
    """Write ``lowtide_mode.json``, ``.md`` and ``.h``."""
    with output_folder(folder) as folder:
        (folder / f"{MODE_WORD}.json").write_text(json.dumps(mode_json(), indent=1) + "\n")
        (folder / f"{MODE_WORD}.md").write_text(mode_markdown())
        (folder / f"{MODE_WORD}.h").write_text(mode_header())
