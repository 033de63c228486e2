"""What the commands that write Verilog have in common: many files in several processes, told on a console."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from rich.console import Console

from lowtide.common.processes import in_processes
from lowtide.common.progress import progress_bar

__all__ = ["console", "write_each"]


class Named(Protocol):
    """A configuration of something."""

    @property
    def name(self) -> str: ...


Config = TypeVar("Config", bound=Named)


def console() -> Console:
    """Where tables go: as wide as the terminal, wide enough for the table of configurations without one."""
    return Console(width=None if sys.stdout.isatty() else 160)


def write_each(
    configs: Sequence[Config],
    write: Callable[[Config, Path], str],
    folder: Path,
    *,
    counted: str,
    jobs: int,
) -> dict[str, tuple[int, int]]:
    """Write configurations in several processes.

    Parameters
    ----------
    configs : sequence of configurations
    write : callable
        Writes one into a folder and returns its Verilog; a function of a module.
    folder : Path
    counted : str
        What they are, for the progress.
    jobs : int
        Processes at a time.

    Returns
    -------
    dict of str to (int, int)
        The numbers of lines and modules of their Verilog, by name.
    """
    lines = {}
    with progress_bar(counted=counted) as progress:
        task = progress.add_task("writing", total=len(configs))
        for each, numbers in in_processes(partial(_written, write, folder), configs, jobs=jobs):
            lines[each.name] = numbers
            progress.update(task, advance=1, description=f"wrote {each.name}")
    return lines


def _written(write: Callable[[Config, Path], str], folder: Path, config: Config) -> tuple[int, int]:
    text = write(config, folder)
    return text.count("\n"), text.count("\nmodule ")
