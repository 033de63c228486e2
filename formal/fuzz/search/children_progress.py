"""How far work in child processes is: a bar on a terminal, else a line now and then."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console

from lowtide.common.progress import QUIET, progress_bar

__all__ = ["ChildrenProgress"]


class ChildrenProgress:
    """So much of so much, and how much of it has findings; shown when it is told to."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done, self.bad = what, total, 0, 0
        self.console = Console(stderr=True)
        self.shown = progress_bar(console=self.console, auto_refresh=False, disable=not self.console.is_terminal)
        self.said = time.monotonic()

    def __enter__(self) -> Self:
        self.bar = self.shown.__enter__()
        self.task = self.bar.add_task(self.what, total=self.total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.shown.__exit__(kind, error, trace)

    def advance(self, number: int, bad: int) -> None:
        """So many more are done, of which some have findings."""
        self.done, self.bad = self.done + number, self.bad + bad

    def show(self) -> None:
        """Show how far it is."""
        said = f"{self.what}, {self.bad} with findings" if self.bad else self.what
        if self.console.is_terminal:
            self.bar.update(self.task, completed=self.done, description=said, refresh=True)
        elif time.monotonic() - self.said > QUIET:
            print(f"{said}: {self.done} of {self.total}", file=sys.stderr, flush=True)
            self.said = time.monotonic()
