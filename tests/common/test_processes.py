"""Work in several processes: results as they come, errors and Ctrl-C end it."""

import os
import signal

import pytest

from lowtide.common.processes import in_processes


def doubled(number):
    return 2 * number, os.getpid()


def inverse(number):
    return 1 / number


def ignores_interruptions(_):
    return signal.getsignal(signal.SIGINT) == signal.SIG_IGN


@pytest.mark.parametrize("jobs, items, alone", [(1, range(4), True), (2, range(1), True), (2, range(4), False)])
def test_every_item_has_its_result(jobs, items, alone):
    found = dict(in_processes(doubled, items, jobs=jobs))
    assert {item: result for item, (result, _) in found.items()} == {item: 2 * item for item in items}
    assert ({process for _, process in found.values()} == {os.getpid()}) == alone


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_ends_it(jobs):
    with pytest.raises(ZeroDivisionError):
        list(in_processes(inverse, [1, 0, 2, 3], jobs=jobs))


def test_workers_leave_ctrl_c_to_the_process_that_began():
    assert all(result for _, result in in_processes(ignores_interruptions, range(3), jobs=2))
