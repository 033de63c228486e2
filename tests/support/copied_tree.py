"""A copy of the sources to which a test adds files, and commands that are run on it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lowtide.common.folders import cache_folder

__all__ = ["copied", "run"]

ROOT = Path(__file__).parents[2]


def copied(folder):
    """Copy every room, the documents and the package's links to a folder; returns it."""
    rooms = [path.parent.name for path in ROOT.glob("*/__init__.py")]
    for room in (*rooms, "docs", "tests"):
        shutil.copytree(
            ROOT / room, folder / room, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", ".pytest_cache")
        )
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, folder)
    return folder


def run(tree, *arguments):
    """What Python prints that is run on the copy with these arguments. Fails where its status is not 0."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=os.environ | {"PYTHONPATH": str(tree), "LOWTIDE_CACHE": str(cache_folder())},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
