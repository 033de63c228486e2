"""Whole sweeps: whoever does the work, and whatever ends half way, every point is there once with the same price."""

import json
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from lowtide.synth.sweep.interruption import interruptible
from lowtide.synth.sweep.results import select

from sweeps import DESIGNS, ended, prices, python, start, wait_for


def test_a_sweep_that_is_killed_goes_on_where_it_stood(folder, uninterrupted):
    process = start(folder, "killed")
    wait_for(lambda: len(prices(folder, "killed")) >= 3)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    before = prices(folder, "killed")
    assert 3 <= len(before) < DESIGNS
    output = ended(start(folder, "killed"))
    assert f"{len(before)} designs were there, {DESIGNS - len(before)} synthesised" in output
    after = prices(folder, "killed")
    assert after[: len(before)] == before, "what was committed is as it was"
    assert len(after) == len({key for _, key, _ in after}) == DESIGNS
    assert select(folder / "killed" / "sweep.sqlite") == uninterrupted
    assert children, "there were processes that did the work"
    wait_for(lambda: not any(alive(child) for child in children))


def test_an_interrupted_sweep_ends_at_once_and_keeps_what_it_has(folder, uninterrupted):
    process = start(folder, "interrupted", "--jobs", "1")
    wait_for(lambda: len(prices(folder, "interrupted")) >= 1)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130
    before = prices(folder, "interrupted")
    assert 1 <= len(before) < DESIGNS
    output = ended(start(folder, "interrupted"))
    assert f"{len(before)} designs were there" in output
    assert select(folder / "interrupted" / "sweep.sqlite") == uninterrupted


def test_an_interruption_that_python_loses_comes_at_the_next_result(monkeypatch):
    class Loses:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000):  # the handler runs in here, and what it raises is lost
                pass

    lost, handler = [], signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(sys, "unraisablehook", lambda each: lost.append(each.exc_type))
    with interruptible() as check:
        check()
        Loses()
        assert lost == [KeyboardInterrupt]
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is handler


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_local_worker_that_dies_is_replaced(folder, uninterrupted):
    process = start(folder, "bereaved")
    wait_for(lambda: len(prices(folder, "bereaved")) >= 2)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    workers = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    os.kill(int(workers[0]), signal.SIGKILL)
    ended(process)
    assert select(folder / "bereaved" / "sweep.sqlite") == uninterrupted


@contextmanager
def cluster(folder):
    """A Dask scheduler and two worker processes of one thread, over TCP: its address and the workers."""
    said = folder / "scheduler.json"
    processes = [
        python(
            folder,
            "cluster",
            "-m",
            "distributed.cli.dask_scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            said,
        )
    ]
    try:
        wait_for(said.exists)
        wait_for(said.read_text)
        address = json.loads(said.read_text())["address"]
        processes += [
            python(
                folder,
                "cluster",
                "-m",
                "distributed.cli.dask_worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--local-directory",
                folder / f"worker {number}",
            )
            for number in range(2)
        ]
        yield address, processes[1:]
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_cluster_that_loses_a_worker_half_way_does_every_point_once(folder, uninterrupted):
    with cluster(folder) as (address, workers):
        assert address.startswith("tcp://127.0.0.1:")
        process = start(folder, "clustered", "--dask", address)
        wait_for(lambda: len(prices(folder, "clustered")) >= 2 or process.poll() is not None)
        assert 2 <= len(prices(folder, "clustered")) < DESIGNS
        workers[0].kill()
        output = ended(process)
        assert workers[1].poll() is None
    assert f"0 designs were there, {DESIGNS} synthesised" in output
    assert len(prices(folder, "clustered")) == DESIGNS
    assert select(folder / "clustered" / "sweep.sqlite") == uninterrupted
