"""Whole sweeps: whoever does the work, and whatever ends half way, every point is there once with the same price."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from lowtide.command import main
from lowtide.synth.sweep.interruption import interruptible
from lowtide.synth.sweep.results import select

ROOT = Path(__file__).parents[3]
SPACE = """
targets = ["ge"]
[parallel]
lanes = [1, 2]
x_width = [2, 4]
w_width = [2, 3]
multiplier = "booth"
modes = ["int2"]
[subword]
x_width = 16
"""
DESIGNS = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps")
    (folder / "sweep.toml").write_text(SPACE)
    return folder


def start(folder, name, *arguments):
    """A sweep as a process of its own, with an empty cache."""
    return python(folder, name, "-m", "lowtide", "sweep", folder / "sweep.toml", "-o", folder / name, *arguments)


def python(folder, cache, *arguments):
    environment = os.environ | {"LOWTIDE_CACHE": str(folder / f"cache of {cache}"), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def ended(process):
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0, output
    return output


def prices(folder, name):
    """The rows of work that is done: (rowid, key, seconds)."""
    path = folder / name / "sweep.sqlite"
    if not path.exists():
        return []
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT rowid, key, seconds FROM prices ORDER BY rowid").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def uninterrupted(folder):
    output = ended(start(folder, "whole"))
    assert f"{DESIGNS + 1} points ({DESIGNS} ok, 1 refused)" in output
    assert f"0 designs were there, {DESIGNS} synthesised" in output
    return select(folder / "whole" / "sweep.sqlite")


def test_every_point_has_a_price(uninterrupted):
    ok = [row for row in uninterrupted if row.status == "ok"]
    assert len(ok) == DESIGNS and len({row.key for row in ok}) == DESIGNS
    areas = {(row.value("lanes"), row.value("x_width"), row.value("w_width")): row.pe_area for row in ok}
    assert len(areas) == DESIGNS and 100 < areas[1, 2, 2] < areas[1, 4, 3] < areas[2, 4, 3] < 2000


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


def test_reports_of_equal_sweeps_have_equal_bytes(folder, uninterrupted, capsys):
    for name in ("whole", "again"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "sweep.sqlite").write_bytes((folder / "whole" / "sweep.sqlite").read_bytes())
        assert main(["sweep", str(folder / "sweep.toml"), "-o", str(folder / name), "--top", "3"]) == 0
    for name in ("sweep.md", "front.png", "front.svg"):
        assert (folder / "whole" / name).read_bytes() == (folder / "again" / name).read_bytes()
    page = (folder / "whole" / "sweep.md").read_text()
    assert "x_width is 16 and w_width 8, allowed for kind subword are equal ones" in page
    assert len(re.findall(r"^\| ge \| parallel \| int2 \|.*lanes 2", page, flags=re.M)) >= 1


def test_a_filter_limits_what_is_shown(folder, uninterrupted, capsys):
    assert (
        main(
            [
                "sweep",
                str(folder / "sweep.toml"),
                "-o",
                str(folder / "whole"),
                "--filter",
                "lanes == 1",
                "--by",
                "pe_area",
                "--top",
                "2",
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert f"{DESIGNS + 1} points" in said and "4 of them shown" in said and "lanes 2" not in said


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--filter", "lanez == 1"], "filter is 'lanez == 1': no such column: lanez"),
        (["--by", "beauty"], "by is 'beauty', allowed are macs_per_cycle"),
        (["--front", "pe_area,speed"], "front is 'speed', allowed are macs_per_cycle"),
        (["--jobs", "0"], "jobs is 0, allowed are 1 and more"),
        (["--top", "-1"], "top is -1, allowed are 0 and more"),
        (["--dask", "tcp://127.0.0.1:9"], "dask is 'tcp://127.0.0.1:9', no scheduler answers there"),
        (["--dask", "carrier pigeon"], "dask is 'carrier pigeon', no scheduler answers there"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(folder, tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.setattr("lowtide.synth.sweep.workers.ANSWER", "1s")
    assert main(["sweep", str(folder / "sweep.toml"), "-o", str(tmp_path), *arguments]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and said in errors[0]


def test_without_the_package_dask_says_what_to_install(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["sweep", str(folder / "sweep.toml"), "-o", str(tmp_path), "--dask", "tcp://127.0.0.1:9"]) == 2
    assert "pip install 'lowtide[cluster]'" in capsys.readouterr().err
