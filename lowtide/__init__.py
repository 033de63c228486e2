"""Lowtide: systolic arrays for quantised neural networks, with their proof and their price.

================  ==========================================================================================
`ArrayConfig`     everything that decides what hardware is generated; `from_toml` reads one from a file
`CONFIGURATIONS`  the named configurations, `find` looks one up
`Mode`            what a job computes: widths, signs, formats, encodings, budgets
`verilog`         the Verilog text of a configuration or of a hardware unit such as `Engine`
`write`           writes the files of a configuration: Verilog, JSON, FuseSoC core, waivers, test bench
`Model`           the engine, compiled by Verilator, that multiplies matrices of NumPy
`gemm`            the same product from its definition, in NumPy alone, with cycles and term pairs
`quantise`        real numbers to integers; `requantise` accumulators to the next layer's integers
`reveal`          term revealing of groups of weights
`BuildError`      a simulation could not be built; `ToolMissing`: Verilator or the compiler is not there
`ModelError`      the hardware raised its error flag or stopped
`YosysError`      Yosys refused what it was given
================  ==========================================================================================

Bad input is a ``ValueError`` of one line that names the field, its value and what is allowed.

>>> import lowtide, numpy as np
>>> config = lowtide.find("term_8x8_g8_l8")
>>> mode = lowtide.Mode(hese=True, select=True, group=8, budget=12)
>>> x, w = np.arange(-8, 8).reshape(1, 16), np.arange(16).reshape(16, 1)
>>> lowtide.gemm(x, w, mode, config).y, x @ w  # the largest twelve terms of eight weights, and all of them
(array([[296]]), array([[280]]))

Names are loaded when they are used: the golden model needs NumPy alone. The rooms are packages of their own:
`lowtide.golden`, `lowtide.hw`, `lowtide.sim`, `lowtide.synth`, `lowtide.formal`, `lowtide.workloads`,
`lowtide.experiments`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from .common.version import __version__ as __version__

if TYPE_CHECKING:  # for checkers and editors; the table below is what runs, a test compares them
    from .golden.gemm import gemm as gemm
    from .golden.quantise import quantise as quantise
    from .golden.quantise import requantise as requantise
    from .golden.reveal import reveal as reveal
    from .hw.array.engine import Engine as Engine
    from .hw.config.array_config import ArrayConfig as ArrayConfig
    from .hw.config.named import CONFIGURATIONS as CONFIGURATIONS
    from .hw.config.named import find as find
    from .hw.config.toml_file import from_toml as from_toml
    from .hw.emit.verilog import verilog as verilog
    from .hw.emit.write import write_configuration as write  # noqa: F401
    from .hw.emit.yosys import YosysError as YosysError
    from .hw.mode.word import Mode as Mode
    from .sim.engine.model import Model as Model
    from .sim.engine.model import ModelError as ModelError
    from .sim.verilator.toolchain import BuildError as BuildError
    from .sim.verilator.toolchain import ToolMissing as ToolMissing

#: Where each public name lies: a module of this package and the name there.
_PUBLIC = {
    "ArrayConfig": ("hw.config.array_config", "ArrayConfig"),
    "BuildError": ("sim.verilator.toolchain", "BuildError"),
    "CONFIGURATIONS": ("hw.config.named", "CONFIGURATIONS"),
    "Engine": ("hw.array.engine", "Engine"),
    "Mode": ("hw.mode.word", "Mode"),
    "Model": ("sim.engine.model", "Model"),
    "ModelError": ("sim.engine.model", "ModelError"),
    "ToolMissing": ("sim.verilator.toolchain", "ToolMissing"),
    "YosysError": ("hw.emit.yosys", "YosysError"),
    "find": ("hw.config.named", "find"),
    "from_toml": ("hw.config.toml_file", "from_toml"),
    "gemm": ("golden.gemm", "gemm"),
    "quantise": ("golden.quantise", "quantise"),
    "requantise": ("golden.quantise", "requantise"),
    "reveal": ("golden.reveal", "reveal"),
    "verilog": ("hw.emit.verilog", "verilog"),
    "write": ("hw.emit.write", "write_configuration"),
}

__all__ = [*_PUBLIC]


def __getattr__(name: str) -> Any:
    """Load a public name (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _PUBLIC[name]
    value = globals()[name] = getattr(importlib.import_module(f".{module}", __name__), attribute)
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *_PUBLIC})
