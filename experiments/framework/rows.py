"""Rows kept in the cache folder, each under a fingerprint of all that it is computed from.

The key is that of the row function's name, the point, the version of NumPy and the statements of the function's module
and of everything of this project that it imports, directly or not: golden, networks, data. A name that a package only
hands on counts as imported from the module that defines it, so a module that the row does not use costs nothing. So a
change of arithmetic is never served stale, a change of words, of a plot or of how files are fetched costs nothing, and
experiments that share a row function share rows.
"""

import ast
import json
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import resolve_name
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lowtide.common.folders import cache_folder
from lowtide.common.store import stored
from lowtide.workloads.networks.store import fingerprint, for_types_alone

__all__ = ["ROOT", "key", "kept", "made", "path_of", "sources"]

ROOT = Path(__file__).parents[3]
#: Computes a row of a point, what JSON can hold; a function of a module.
RowFunction = Callable[[Any], Any]
_PACKAGES = (
    "lowtide.golden",
    "lowtide.experiments",
    "lowtide.workloads",
    "lowtide.compiler.onnx",
    "lowtide.common.quantisation",
)
#: Compute no row: reports, and how files are fetched and kept.
_WITHOUT = (
    "lowtide.experiments.framework",
    "lowtide.workloads.data.fetch",
    "lowtide.workloads.networks.extras",
    "lowtide.workloads.networks.store",
)


def kept(row: RowFunction, point: object) -> Any:
    """The row of a point if it is there, else None."""
    path = path_of(row, point)
    return json.loads(path.read_text()) if path.exists() else None


def made(row: RowFunction, point: object, *, fresh: bool = False) -> Any:
    """The row of a point, computed if it is not there. Processes may ask at the same time: one computes, the others
    wait.

    Parameters
    ----------
    row
        Computes it; a function of a module.
    point : object
        Of what.
    fresh : bool
        Compute it in any case.

    Raises
    ------
    ValueError
        For a row that JSON cannot hold.
    """
    path = stored(
        path_of(row, point), lambda place: place.write_text(json.dumps(row(point), allow_nan=False)), fresh=fresh
    )
    return json.loads(path.read_text())


def path_of(row: RowFunction, point: object) -> Path:
    """Where the row of a point is kept."""
    return cache_folder() / "experiments" / row.__module__.rsplit(".", 1)[-1] / f"{key(row, point)}.json"


def key(row: RowFunction, point: object) -> str:
    """16 hexadecimal digits for a row function and a point."""
    return fingerprint(_code(row.__module__, ROOT), row.__qualname__, point)


def sources(module: str, root: Path = ROOT) -> dict[str, Path]:
    """The sources that a row is computed from.

    Parameters
    ----------
    module : str
        Name of the module with the row's function.
    root : Path
        The folder that the packages lie in.

    Returns
    -------
    dict of str to Path
        The module and all modules of this project that it uses, directly or not, in order of their names.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = _path(name, root)
        if name in found or path is None:
            continue
        found[name] = path
        waiting += [_home(*pair, root) for pair in _imports(name, path, path.read_text(encoding="utf-8"))]
    return dict(sorted(found.items()))


def _home(source: str, name: str | None, root: Path) -> str:
    """The module that ``from source import name`` needs: a module of that name, the one that a package hands the name
    on from, or the source. name: None for ``import source``."""
    path = _path(source, root)
    if name is None or path is None:
        return source
    if _path(f"{source}.{name}", root) is not None:
        return f"{source}.{name}"
    if path.name == "__init__.py":
        for further, each in _imports(source, path, path.read_text(encoding="utf-8")):
            if each == name:
                return _home(further, name, root)
    return source


@lru_cache
def _code(module: str, root: Path) -> str:
    """The fingerprint of a module's sources."""
    return fingerprint(
        np.__version__,
        *(_statements(name, path, path.read_text(encoding="utf-8")) for name, path in sources(module, root).items()),
    )


@cache
def _statements(name: str, path: Path, text: str) -> str:
    """The fingerprint of a source with this text, whatever its comments and docstrings say."""
    module = ModuleType(name)
    module.__file__ = str(path)
    return fingerprint(name, module)


def _path(name: str, root: Path) -> Path | None:
    if not name.startswith(_PACKAGES) or name.startswith(_WITHOUT):
        return None
    place = root.joinpath(*name.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.exists()), None)


@cache
def _imports(name: str, path: Path, text: str) -> tuple[tuple[str, str | None], ...]:
    """Pairs (module, name that is taken from it or None) of what a source with this text imports, anywhere in it but
    for types alone."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found: list[tuple[str, str | None]] = []
    waiting: list[ast.AST] = [ast.parse(text)]
    while waiting:
        node = waiting.pop(0)
        if not for_types_alone(node):
            waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            source = resolve_name("." * node.level + (node.module or ""), package)
            found += [(source, alias.name) for alias in node.names]
    return tuple(found)
