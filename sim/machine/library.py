"""The Verilated machine and the C++ around it, as a shared library that :mod:`lowtide.sim.machine` calls."""

import ctypes
import functools
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lowtide import common, hw
from lowtide.common.folders import cache_folder
from lowtide.common.store import contents, digest, stored
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.emit.stand_in import with_stand_in
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.machine.machine import Machine

from ..verilator.build import build

__all__ = ["AXI_MEMORY", "CHANNELS", "Behaviour", "Counts", "machine_library", "machine_verilog", "simulation_sources"]

HARNESS = Path(__file__).with_name("harness.cpp")
AXI_MEMORY = Path(__file__).with_name("axi_memory.h")  #: external memory, for units of a bus too
HEADERS = (AXI_MEMORY, Path(__file__).with_name("machine.h"))
EMITTERS = ("amaranth", "pyosys")  #: packages that the Verilog of a machine depends on, beside its sources
CHANNELS = ("ar", "r", "aw", "w", "b")  #: of the bus of external memory


class Behaviour(ctypes.Structure):
    """How external memory behaves, as axi_memory.h states it."""

    _fields_ = [
        ("latency", ctypes.c_uint32),
        ("stall", ctypes.c_uint32 * len(CHANNELS)),
        ("read_fault", ctypes.c_uint64 * 2),
        ("write_fault", ctypes.c_uint64 * 2),
        ("response", ctypes.c_uint32),
    ]


class Counts(ctypes.Structure):
    """What external memory has counted, as axi_memory.h states it."""

    _fields_ = [
        (name, ctypes.c_uint64)
        for name in ("cycles", "read_bursts", "read_beats", "write_bursts", "write_beats", "most_outstanding")
    ]


@functools.cache
def _sources() -> str:
    """A key of everything that Verilog follows from: the hardware, and what it imports."""
    parts: list[object] = [version(name) for name in EMITTERS]
    for folder in (Path(str(room.__file__)).parent for room in (hw, common)):
        parts += contents(folder, (path for path in sorted(folder.rglob("*.*")) if path.suffix in (".py", ".rdl")))
    return digest(*parts)


@functools.lru_cache(maxsize=4)
def machine_verilog(config: AcceleratorConfig) -> str:
    """The Verilog of a machine. Kept on disk under its configuration and all sources: a large one takes seconds."""
    path = cache_folder() / "machine_verilog" / f"{config.name}-{digest(_sources(), config)}.v"
    return stored(path, lambda place: place.write_text(verilog(Machine(config)))).read_text()


def simulation_sources() -> list[str]:
    """The C++ around a machine: what else decides a run, for keys of what is kept."""
    return [path.read_text() for path in (*HEADERS, HARNESS)]


def machine_library(
    config: AcceleratorConfig,
    *,
    quick: bool,
    stand_in: bool = False,
    verilog_text: str | None = None,
    selector: str | None = None,
) -> ctypes.CDLL:
    """The compiled machine of a configuration as a shared library, a :class:`ctypes.CDLL`.

    Parameters
    ----------
    config : AcceleratorConfig
    quick : bool
        Not optimised by the compiler: built in a fraction of the time, slower to run.
    stand_in : bool
        With the stand-in of its PEs, quicker to run: :mod:`lowtide.hw.emit.stand_in`.
    verilog_text : str or None
        In place of the machine's own, with the same top.
    selector : str or None
        A further input of that text, which ``machine_select`` sets.

    Raises
    ------
    ValueError
        Its PEs have no stand-in.
    lowtide.sim.verilator.toolchain.BuildError
    lowtide.sim.verilator.toolchain.ToolMissing
    """
    text = machine_verilog(config) if verilog_text is None else verilog_text
    built = build(
        with_stand_in(text, config.array) if stand_in else text,
        top=config.top,
        flavour="quick" if quick else "model",
        defines=[f"SELECTOR={selector}"] if selector else [],
        sources=[HARNESS],
        headers=HEADERS,
    )
    library = ctypes.CDLL(str(built))
    handle, word = ctypes.c_void_p, ctypes.c_uint32
    arguments: dict[str, tuple[Any, list[Any]]] = {
        "destroy": (None, []),
        "reset": (None, []),
        "write": (ctypes.c_int, [word, word, word]),
        "read": (ctypes.c_int, [word, ctypes.POINTER(word)]),
        "run": (ctypes.c_int, [ctypes.c_uint64]),
        "cycles": (ctypes.c_uint64, []),
        "memory": (handle, []),
        "hold": (None, [ctypes.c_int]),
        "move": (None, [ctypes.c_uint64]),
        "behave": (None, [ctypes.POINTER(Behaviour)]),
        "counts": (None, [ctypes.POINTER(Counts)]),
        "broken": (ctypes.c_char_p, []),
    }
    if selector:
        arguments["select"] = None, [word]
    for name, (result, taken) in arguments.items():
        function = getattr(library, f"machine_{name}")
        function.restype, function.argtypes = result, [handle, *taken]
    library.machine_create.restype = handle
    library.machine_create.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
    return library
