"""What is kept of a run that takes long: a line of JSON for each thing that was examined, as it comes.

A thing is examined once for the same sources of everything that takes part: the file of results has their hash in its
name. A run that is stopped goes on where it was.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

__all__ = ["Keepable", "Kept", "Thing", "sources_digest"]

ROOT = Path(__file__).parents[3]  # of the package


class Keepable(Protocol):
    """What a line is of: its number, whether something is wrong, and its fields as JSON has them."""

    @property
    def number(self) -> int: ...

    @property
    def is_bad(self) -> bool: ...

    def record(self) -> dict[str, object]: ...


Thing = TypeVar("Thing", bound=Keepable)


class Kept(Generic[Thing]):
    """The results of one seed, in a file to which each is added as it comes.

    Parameters
    ----------
    folder : Path
    seed : int
    read : callable
        From the fields of a line to the result.
    others : iterable of Path
        Sources that take part and are no modules.
    """

    def __init__(
        self, folder: Path, seed: int, *, read: Callable[[dict[str, Any]], Thing], others: Iterable[Path] = ()
    ) -> None:
        self.path = folder / f"seed-{seed}-{sources_digest(others)}.jsonl"
        self.found: dict[int, Thing] = {}
        if self.path.exists():
            for line in self.path.read_text().splitlines():
                try:
                    record = json.loads(line)
                except json.JSONDecodeError:
                    continue  # the last line of a run that was killed
                self.found[record["number"]] = read(record)

    def add(self, results: Iterable[Thing]) -> None:
        """Keep results."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as file:
            for result in results:
                self.found[result.number] = result
                file.write(json.dumps(result.record(), default=repr) + "\n")


def sources_digest(others: Iterable[Path] = ()) -> str:
    """Of the sources of all loaded modules of this project, of others, and of the versions of the tools."""
    digest = hashlib.sha256()
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    paths = {Path(file) for file in files if file} | set(others)
    for path in sorted(path for path in paths if ROOT in path.parents and ".venv" not in path.parts):
        if path.name != "command.py":
            digest.update(f"{path.relative_to(ROOT)}\0{path.read_text()}\0".encode())
    for package in ("amaranth", "pyosys", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    return digest.hexdigest()[:12]
