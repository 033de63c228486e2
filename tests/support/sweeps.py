"""Sweeps as processes of their own, each with a cache of its own."""

import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
