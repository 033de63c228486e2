"""Long work says how far it is: with a bar on a terminal, by lines without one."""

import io
import time

import pytest
from rich.console import Console

from lowtide.common import progress


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(progress, "QUIET", 0.001)


def until(heard, line):
    """Wait for a line, so long that it comes if it ever does."""
    for _ in range(60_000):
        if line in heard.getvalue():
            return
        time.sleep(0.001)
    pytest.fail(f"never said: {line}")


def test_without_a_terminal_a_bar_says_lines(soon):
    heard = io.StringIO()
    with progress.progress_bar(counted="PEs", console=Console(file=heard)) as bar:
        task = bar.add_task("proving", total=4, completed=3)
        until(heard, "proving 3 of 4 PEs after 0 s\n")
        bar.update(task, description="proved", advance=1)
        until(heard, "proved 4 of 4 PEs")


def test_work_without_an_end_says_its_line(soon):
    heard = io.StringIO()
    with progress.status("building", Console(file=heard)):
        until(heard, "building\nbuilding\n")


def test_a_terminal_shows_a_bar_and_no_lines(soon):
    heard = io.StringIO()
    with progress.progress_bar(console=Console(file=heard, force_terminal=True, width=80)) as bar:
        bar.add_task("proving", total=4, completed=3)
        until(heard, "3/4")
    assert "3 of 4" not in heard.getvalue()


def test_without_refreshing_no_thread_is_started(soon, monkeypatch):
    monkeypatch.setattr(progress.threading, "Thread", lambda **options: pytest.fail("a thread"))
    with progress.progress_bar(console=Console(file=io.StringIO()), auto_refresh=False) as bar:
        bar.add_task("proving", total=4)


def test_tracked_items_are_all_there_in_order():
    assert list(progress.tracked(range(3), "training", Console(file=io.StringIO()))) == [0, 1, 2]


def test_parallel_work_keeps_the_order_and_ends_with_the_first_error():
    def work(item):
        return 1 // item

    options = dict(jobs=2, waiting="", done=str)
    assert progress.in_parallel(work, [2, 1], **options) == [0, 1]
    with pytest.raises(ZeroDivisionError):
        progress.in_parallel(work, [1, 0, 1], **options)
