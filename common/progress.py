"""What long work shows: a bar on standard error, how much is done of how much, and for how long it has gone on."""

from concurrent.futures import ThreadPoolExecutor, as_completed

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = ["in_parallel", "progress_bar"]


def progress_bar(*columns, counted="", console=None, **options):
    """A :class:`rich.progress.Progress` that is shown while it is entered. counted: a word for what the number counts;
    columns: more of them, at the end; console: of standard error by default; options: of rich."""
    word = (TextColumn(counted),) if counted else ()
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *word, TimeElapsedColumn(),
                    *columns, console=console or Console(stderr=True), **options)


def in_parallel(work, items, *, jobs, waiting, done):
    """``work(item)`` for each item in so many threads, with a bar. waiting: what the bar says at first; done: function
    of a result to what it says then. Returns the results in the order of the items. An exception ends it."""
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
