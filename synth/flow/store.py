"""What was computed once is kept in the cache folder, under a key of everything that decides it.

The key holds contents, never names of files: the Verilog, the commands, the library, the versions of the tools.
"""

import json
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lowtide import hw
from lowtide.common import store
from lowtide.common.folders import cache_folder

__all__ = ["ROOMS_OF_ENGINES", "digest", "hardware_sources", "kept", "made", "tools"]

TOOLS = ("amaranth", "pyosys")
#: Rooms of :mod:`hw` that an engine is made of: what stands around arrays decides nothing about them.
ROOMS_OF_ENGINES = ("array", "config", "emit", "logic", "mode", "pe", "storage_formats")


def digest(*parts: object) -> str:
    """A key of texts, see :func:`lowtide.common.store.digest`."""
    return store.digest(*parts, digits=32)


def kept(what: str, key: str) -> Any:
    """The value kept of ``what`` (a word) under a key; None where there is none."""
    try:
        return json.loads(_path(what, key).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def made(what: str, key: str, make: Callable[[], Any]) -> Any:
    """The kept value, or the one that ``make()`` returns, which is kept then.

    Parameters
    ----------
    what : str
        A word.
    key : str
        As of :func:`digest`.
    make
        Returns anything that JSON can hold but None.
    """
    value = kept(what, key)
    if value is None:
        store.stored(
            _path(what, key),
            lambda place: place.write_text(json.dumps(make())),
            is_whole=lambda _: kept(what, key) is not None,
        )
        value = kept(what, key)
    return value


@cache
def tools() -> str:
    """The versions of everything that decides a netlist."""
    return ", ".join(f"{name} {version(name)}" for name in TOOLS)


@cache
def hardware_sources() -> str:
    """A key of the sources in :mod:`hw` that the Verilog of a configuration of an array follows from."""
    folder = Path(hw.__file__).parent
    files = sorted(path for room in ROOMS_OF_ENGINES for path in (folder / room).rglob("*.py"))
    return digest(*store.contents(folder, files))


def _path(what: str, key: str) -> Path:
    return cache_folder() / "synth" / what / key[:2] / f"{key[2:]}.json"
