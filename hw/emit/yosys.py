"""Runs the pinned Yosys (pyosys) in a process of its own: an error in Yosys ends the process that it runs in."""

import functools
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Output", "YosysError", "run"]

_CHILD = """
import resource, sys
sys.path.append(sys.argv[1])
from pyosys import libyosys
design = libyosys.Design()
for command in sys.stdin.read().splitlines():
    libyosys.run_pass(command, design)
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
try:  # ru_maxrss begins at what the parent held when it forked
    memory = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:"))
except OSError:
    memory = used[0].ru_maxrss
sys.stdout.flush()
print("\\n@used", sum(each.ru_utime + each.ru_stime for each in used), memory)
"""


class YosysError(RuntimeError):
    """Yosys ended with an error; the message is the line in which it said so.

    Attributes
    ----------
    output : str
        All that it printed.
    """

    output: str = ""


class Output(str):
    """What Yosys printed.

    Attributes
    ----------
    seconds : float
        Of processor time.
    memory : int
        The most that Yosys held, in bytes, ABC not included.
    """

    seconds: float
    memory: int


@functools.cache
def _packages() -> str:
    """The folder that pyosys lies in."""
    spec = importlib.util.find_spec("pyosys")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("no module named 'pyosys'", name="pyosys")
    return str(Path(spec.origin).parents[1])


def run(commands: Iterable[str], *, folder: str | Path) -> Output:
    """Run Yosys commands.

    Parameters
    ----------
    commands : iterable of str
        One line each.
    folder : path
        Where Yosys runs.

    Returns
    -------
    Output
        What it printed.

    Raises
    ------
    YosysError
        With the tool's own line.
    """
    # Yosys keeps what it reads of a liberty file among temporary files, by the file's path: one that was written again
    # would be taken for the former one.
    with tempfile.TemporaryDirectory() as scratch:
        child = subprocess.run(
            [sys.executable, "-S", "-c", _CHILD, _packages()],  # what `site` imports takes as long as Yosys itself
            input="\n".join(commands),
            cwd=folder,
            env={**os.environ, "TMPDIR": scratch},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if child.returncode:
        lines = child.stdout.strip().splitlines()
        errors = [line for line in lines if "ERROR" in line or "Error:" in line]
        error = YosysError((errors or lines or [f"yosys ended with status {child.returncode}"])[-1].strip())
        error.output = child.stdout
        raise error
    printed, _, used = child.stdout.rpartition("\n@used ")
    output, (seconds, kilobytes) = Output(printed), used.split()[:2]
    output.seconds, output.memory = float(seconds), 1024 * int(kilobytes)
    return output
