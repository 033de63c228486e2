"""What was computed once is kept in the cache folder, under a key of everything that decides it.

The key holds contents, never names of files: the Verilog, the commands, the library, the versions of the tools.
"""

import hashlib
import json
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from lowtide import hw
from lowtide.common.folders import cache_folder

__all__ = ["digest", "hardware_sources", "kept", "made", "tools"]

TOOLS = ("amaranth", "pyosys")


def digest(*parts):
    """A key of texts."""
    key = hashlib.sha256()
    for part in parts:
        encoded = str(part).encode()
        key.update(b"%d:" % len(encoded) + encoded)
    return key.hexdigest()[:32]


def kept(what, key):
    """The value kept of ``what`` (a word) under a key; None where there is none."""
    try:
        return json.loads(_path(what, key).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def made(what, key, make):
    """The kept value, or the one that ``make()`` returns, which is kept then: anything that JSON can hold, not None."""
    value = kept(what, key)
    if value is not None:
        return value
    value, path = make(), _path(what, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        json.dump(value, file)
    try:
        os.link(file.name, path)  # complete or not there
        os.unlink(file.name)
    except FileExistsError:  # another process was first, and all see the same; or what is there is broken
        first = kept(what, key)
        if first is None:
            os.replace(file.name, path)
        else:
            os.unlink(file.name)
            value = first
    return value


@cache
def tools():
    """The versions of everything that decides a netlist."""
    return ", ".join(f"{name} {version(name)}" for name in TOOLS)


@cache
def hardware_sources():
    """A key of the sources of :mod:`hw`: the Verilog of a configuration follows from them."""
    folder = Path(hw.__file__).parent
    return digest(
        *(part for path in sorted(folder.rglob("*.py")) for part in (path.relative_to(folder), path.read_text()))
    )


def _path(what, key):
    return cache_folder() / "synth" / what / key[:2] / f"{key[2:]}.json"
