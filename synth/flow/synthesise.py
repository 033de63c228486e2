"""Verilog text through Yosys, in a process of its own: to a count of its cells, or to the mapped netlist as Verilog.

Everything is kept by its content (:mod:`lowtide.synth.flow.store`), so nothing is synthesised twice.
"""

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lowtide.hw.emit import yosys

from .. import targets
from ..targets import Target
from .job import Job
from .netlist import Netlist, NetlistModule, parse
from .store import digest, made, tools

__all__ = ["Synthesis", "SynthesisError", "mapped_verilog", "read", "run", "synthesis", "synthesise"]


class SynthesisError(RuntimeError):
    """A design did not become a netlist; the message is the tool's own line."""


@dataclass(frozen=True)
class Synthesis:
    """What became of a design, and what the tool took when it made it.

    Parameters
    ----------
    netlist : Netlist
        What was mapped, counted.
    seconds : float
        Processor time.
    memory : int
        The most bytes that it held.
    """

    netlist: Netlist
    seconds: float
    memory: int


def synthesise(verilog: str, top: str, target: Target, recipe: str, *, flat: bool = False) -> Netlist:
    """Map Verilog text and count it. See :func:`synthesis`."""
    return synthesis(Job(verilog, top, flat), target, recipe).netlist


def synthesis(job: Job, target: Target, recipe: str) -> Synthesis:
    """Map a job to a target by one of its recipes, and count it.

    Raises
    ------
    SynthesisError
        With the line in which the tool said what went wrong; failures are kept as well.
    """
    said = made("netlist", _key(job, target, recipe), lambda: _counted(job, target, recipe))
    if "failed" in said:
        raise SynthesisError(said["failed"])
    netlist = Netlist({name: NetlistModule(**module) for name, module in said["modules"].items()})
    return Synthesis(netlist, said["seconds"], said["memory"])


def mapped_verilog(verilog: str, top: str, target: Target, recipe: str, *, flat: bool = False) -> str:
    """The mapped netlist that :func:`synthesise` counts, as Verilog of the target's cells. Kept as well."""
    job, lines = Job(verilog, top, flat), ["clean -purge", "write_verilog -noattr -noexpr -nohex -nodec mapped.v"]

    def make() -> str:
        with _folder(job, target) as folder:
            run([*_mapping(job, target, recipe), *lines], folder)
            return Path(folder, "mapped.v").read_text().split("\n", 1)[1]

    return str(made("mapped", digest(_key(job, target, recipe), *lines), make))


def _key(job: Job, target: Target, recipe: str) -> str:
    texts = {name: path.read_text() for name, path in target.files.items()} | target.texts
    return digest(
        job.verilog,
        tools(),
        *_mapping(job, target, recipe),
        target.stat,
        _sources(),
        *(part for item in sorted(texts.items()) for part in item),
    )


@cache
def _sources() -> str:
    """What decides how cells are counted."""
    files = [*sorted(Path(targets.__file__).parent.glob("*.py")), Path(__file__).with_name("netlist.py")]
    return digest(*(path.read_text() for path in files))


def read(job: Job) -> list[str]:
    """Yosys commands that read a job, the file ``design.v``, and make it ready to be mapped."""
    boxes = [f"blackbox {name}" for name in job.boxes]
    flatten = [f"hierarchy -check -top {job.top}", "proc", "flatten -noscopeinfo", "opt_clean", "opt_dff", "opt"]
    return ["read_verilog design.v", *boxes, *(flatten if job.flat else []), *job.prepare]


def _mapping(job: Job, target: Target, recipe: str) -> list[str]:
    return [*read(job), *target.commands(job.top, recipe)]


def _folder(job: Job, target: Target) -> tempfile.TemporaryDirectory[str]:
    folder = tempfile.TemporaryDirectory()
    Path(folder.name, "design.v").write_text(job.verilog)
    for name, path in target.files.items():
        Path(folder.name, name).symlink_to(path)
    for name, text in target.texts.items():
        Path(folder.name, name).write_text(text)
    return folder


def run(commands: Sequence[str], folder: str) -> yosys.Output:
    """What Yosys prints for commands in a folder. Raises :class:`SynthesisError`."""
    try:
        return yosys.run(commands, folder=folder)
    except yosys.YosysError as error:
        raise SynthesisError(re.sub(r"(?<![\w+])/(?:[\w.-]+/)+", "", str(error))) from None  # no folders: they vary


def _counted(job: Job, target: Target, recipe: str) -> dict[str, Any]:
    try:
        with _folder(job, target) as folder:
            used = run([*_mapping(job, target, recipe), f"tee -q -o stat.json {target.stat}"], folder)
            netlist = parse(json.loads(Path(folder, "stat.json").read_text()), target, job.boxes)
    except SynthesisError as error:
        return {"failed": str(error)}
    except ValueError as error:
        return {"failed": f"counting cells: {error}"}
    modules = {name: {"own": module.own, "children": module.children} for name, module in netlist.modules.items()}
    return {"modules": modules, "seconds": round(used.seconds, 2), "memory": used.memory}
