"""What long work shows on standard error: a bar, how much is done of how much, and for how long it has gone on.

Without a terminal there is no bar; a line says the same every thirty seconds. Rich is imported when something is shown.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn

__all__ = ["QUIET", "in_parallel", "progress_bar", "status", "tracked"]

QUIET = 30.0  #: seconds without a line where there is no terminal

Item = TypeVar("Item")
Found = TypeVar("Found")


@contextlib.contextmanager
def progress_bar(
    *columns: ProgressColumn, counted: str = "", console: Console | None = None, **options: Any
) -> Iterator[Progress]:
    """A :class:`rich.progress.Progress` that is shown while it is entered.

    Parameters
    ----------
    columns
        More of them, at the end.
    counted : str
        A word for what the number counts.
    console
        Where it is shown, standard error by default.
    options
        Of rich's ``Progress``. With ``auto_refresh=False`` no thread is started, and no line printed.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    word = (TextColumn(counted),) if counted else ()
    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *word, TimeElapsedColumn(), *columns)
    bar = Progress(*shown, console=console or Console(stderr=True), **options)
    quiet = bar.console.is_terminal or not options.get("auto_refresh", True)
    with bar, _lines(None if quiet else bar.console, lambda: [_line(task, counted) for task in bar.tasks]):
        yield bar


@contextlib.contextmanager
def status(line: str, console: Console | None = None) -> Iterator[None]:
    """Show a line with a spinner while it is entered: work of which nobody knows how much there is."""
    from rich.console import Console

    console = console or Console(stderr=True)
    with console.status(line), _lines(None if console.is_terminal else console, lambda: [line]):
        yield


def tracked(items: Sequence[Item], description: str, console: Console | None = None) -> Iterator[Item]:
    """The items, with a bar that says how many were taken."""
    with progress_bar(console=console) as bar:
        task = bar.add_task(description, total=len(items))
        for item in items:
            yield item
            bar.advance(task)


def in_parallel(
    work: Callable[[Item], Found],
    items: Sequence[Item],
    *,
    jobs: int,
    waiting: str,
    done: Callable[[Found], str],
) -> list[Found]:
    """``work(item)`` for each item in threads, with a bar. An exception ends it.

    Parameters
    ----------
    jobs : int
        Threads at a time.
    waiting : str
        What the bar says at first.
    done
        What it says then, of a result.

    Returns
    -------
    list
        The results in the order of the items.
    """
    found = {}
    with progress_bar() as bar, ThreadPoolExecutor(jobs) as pool:
        task = bar.add_task(waiting, total=len(items))
        pending = {pool.submit(work, item): number for number, item in enumerate(items)}
        try:
            for future in as_completed(pending):
                found[pending[future]] = result = future.result()
                bar.update(task, advance=1, description=done(result))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [found[number] for number in range(len(items))]


def _line(task: Any, counted: str) -> str:
    """What a bar's line says where there is no bar."""
    done = f"{task.completed:g} of {task.total:g}" if task.total else "under way"
    return " ".join(word for word in (task.description, done, counted, f"after {task.elapsed or 0:.0f} s") if word)


@contextlib.contextmanager
def _lines(console: Console | None, said: Callable[[], Iterable[str]]) -> Iterator[None]:
    """While it is entered, the lines ``said()`` go to the console every :data:`QUIET` seconds; None: nothing does."""
    if console is None:
        yield
        return
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(QUIET):
            for line in said():
                print(line, file=console.file, flush=True)

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
