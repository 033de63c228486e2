"""What the emitted Verilog of every engine must be: clean under lint, each module once, ports as declared."""

import re
from dataclasses import replace

from lowtide.hw import ArrayConfig, Engine, verilog
from lowtide.hw.array.decoder import table_bits
from lowtide.sim.verilator.lint import lint

__all__ = ["PORTS", "check_emission", "smaller"]

PORTS = [
    "clk",
    "rst",
    "job_data",
    "job_valid",
    "job_ready",
    "x_data",
    "x_valid",
    "x_ready",
    "w_data",
    "w_valid",
    "w_ready",
    "y_data",
    "y_valid",
    "y_ready",
    "clear",
    "error",
    "reason",
    "busy",
    "cycles",
]


def smaller(config: ArrayConfig) -> ArrayConfig:
    """The same configuration with three rows and columns at most, of tiles two: all of its units, in fewer copies."""
    most_rows, most_cols = (3 if tile == 1 else 2 * tile for tile in (config.tile_rows, config.tile_cols))
    return replace(config, rows=min(config.rows, most_rows), cols=min(config.cols, most_cols))


def check_emission(config):
    """Emit an engine and look at its text."""
    text = verilog(Engine(config), title=config.header())
    assert lint(text, top=config.name) == []
    modules = re.findall(r"^module (\w+)\(", text, flags=re.M)
    assert modules[0] == config.name and len(modules) == len(set(modules)) < 40
    assert all(module.startswith(config.name) for module in modules)
    header = re.search(rf"^module {config.name}\(([^)]*)\);", text, flags=re.M)[1]
    place = PORTS.index("clear")
    codebook = ["codebook_data", "codebook_valid", "codebook_ready"] if table_bits(config) else []
    assert re.split(r"\s*,\s*", header) == [*PORTS[:place], *codebook, *PORTS[place:]]
    assert not re.search(r"/\w+/|\.py\b|\\", text), "no paths, no escaped names"
    comments = re.findall(r"^// (.*)\nmodule", text, flags=re.M)
    assert len(comments) == len(modules) and all(re.fullmatch(r"[^`]+\.", line) for line in comments), "sentences"
