"""Runs the pinned Yosys (pyosys) in a process of its own: an error in Yosys ends the process that it runs in."""

import subprocess
import sys

__all__ = ["YosysError", "run"]

_CHILD = """
import sys
from pyosys import libyosys
design = libyosys.Design()
for command in sys.stdin.read().splitlines():
    libyosys.run_pass(command, design)
"""


class YosysError(RuntimeError):
    """Yosys ended with an error; the message is the line in which it said so."""


def run(commands, *, folder):
    """Run Yosys commands (one line each) in ``folder`` and return what Yosys printed.

    Raises :class:`YosysError` with the tool's own line.
    """
    child = subprocess.run([sys.executable, "-c", _CHILD], input="\n".join(commands), cwd=folder, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if child.returncode:
        lines = child.stdout.strip().splitlines()
        errors = [line for line in lines if "ERROR" in line or "Error:" in line]
        raise YosysError((errors or lines or [f"yosys ended with status {child.returncode}"])[-1].strip())
    return child.stdout
