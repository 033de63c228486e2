"""One shared library of many engines: Verilated one by one, compiled together, driven by raw words.

Compiling the headers of Verilator costs more than compiling a small engine, so engines that are used once are compiled
in one go, without optimisation. The Verilator runtime is compiled once for all libraries.
"""

import re
import resource
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from lowtide.common.folders import cache_folder
from lowtide.common.store import digest, stored
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit import yosys
from lowtide.hw.emit.write import WAIVERS
from lowtide.sim.verilator.toolchain import BuildError, find_verilator

from .engine import Engine, load

__all__ = ["build_library", "check_messages", "verilate"]

DRIVER = Path(__file__).with_name("driver.h")
#: Registers start with random values: nothing may depend on a value that reset did not set.
_VERILATE = ("--cc", "-Mdir", ".", "--x-initial", "unique", "-O3", "-Wall", "-Wno-fatal", "--quiet")
_COMPILE = ("g++", "-std=c++20", "-w", "-fPIC", "-fno-gnu-unique")
_RUNTIME = ("verilated.cpp", "verilated_threads.cpp")
LONGEST = 1500  #: seconds of processor time of a tool; the compiler takes 380 for 38 MB of C++


def check_messages(tops: dict[str, str], folder: Path) -> dict[str, str]:
    """What Yosys says against the Verilog of engines, which lies in ``folder``: the complaints of those that do not
    check.

    Parameters
    ----------
    tops : dict of str to str
        Name of the top module of each, by the name of its file without ending.
    folder : Path
        Where the files are.
    """
    commands = [
        command
        for name, top in tops.items()
        for command in (
            f"log @{name}",
            "design -reset",
            f"read_verilog {name}.v",
            f"hierarchy -check -top {top}",
            "proc",
            "check -assert",
        )
    ]
    try:
        log = yosys.run(commands, folder=folder)
    except yosys.YosysError as error:
        if len(tops) == 1:
            return dict.fromkeys(tops, str(error))
        return {name: said for each in tops for name, said in check_messages({each: tops[each]}, folder).items()}
    found = {}
    for part in re.split(r"^@", log, flags=re.M)[1:]:
        name, _, said = part.partition("\n")
        if warnings := [line for line in said.splitlines() if "arning" in line]:
            found[name.strip()] = "; ".join(warnings)
    return found


def verilate(text: str, top: str, prefix: str, folder: Path) -> list[str]:
    """C++ of an engine, class ``prefix``, into ``folder``. Returns the messages of the lint (``-Wall`` with the waivers
    that are shipped). Raises :class:`lowtide.sim.verilator.toolchain.BuildError`."""
    verilator = find_verilator()
    (folder / f"{prefix}.v").write_text(text)
    done = _run(
        [verilator.command, *_VERILATE, "--prefix", prefix, "--top-module", top, str(WAIVERS), f"{prefix}.v"],
        folder,
        verilator.environment(),
    )
    return [line for line in done.stderr.splitlines() if line.startswith("%")]


def build_library(configs: dict[str, ArrayConfig], folder: Path) -> dict[str, Engine]:
    """The engines of a folder into which :func:`verilate` wrote them, by prefix. Raises
    :class:`lowtide.sim.verilator.toolchain.BuildError`."""
    includes, makers = [f'#include "{DRIVER}"'], []
    for number, prefix in enumerate(configs):
        sources = sorted(folder.glob(f"{prefix}*.cpp"))
        includes += [f'#undef VL_PCH_INCLUDED\n#include "{path.name}"' for path in sources]
        includes.append(f'#include "{prefix}.h"')
        makers.append(f"case {number}: return new fuzz::Driven<{prefix}>(seed, *masks, job_latency);")
    name = f"library_{next(iter(configs))}"  # a library of a name that is loaded would not be loaded again
    (folder / f"{name}.cc").write_text(
        "\n".join(
            [
                *includes,
                'extern "C" {',
                "fuzz::Engine* fuzz_make(int engine, int seed, const fuzz::Masks* masks, int job_latency) {",
                "switch (engine) {",
                *makers,
                "}",
                "return nullptr;",
                "}",
                "void fuzz_run(fuzz::Engine* engine, const fuzz::Work* work, fuzz::Outcome* outcome) "
                "{ engine->run(*work, outcome); }",
                "void fuzz_ask(fuzz::Engine* engine, const uint64_t* jobs, int64_t count, uint32_t* reasons) "
                "{ engine->ask(jobs, count, reasons); }",
                "}",
                "",
            ]
        )
    )
    _run(
        [
            *_COMPILE,
            "-O0",
            *_include_flags(),
            "-I.",
            "-shared",
            f"{name}.cc",
            *map(str, _runtime()),
            "-pthread",
            "-o",
            f"{name}.so",
        ],
        folder,
    )
    library = load(folder / f"{name}.so")
    return {prefix: Engine(library, number, config) for number, (prefix, config) in enumerate(configs.items())}


def _include_flags() -> list[str]:
    root = find_verilator().root or _run([find_verilator().command, "--getenv", "VERILATOR_ROOT"], ".").stdout.strip()
    return [f"-I{root}/include", f"-I{root}/include/vltstd"]


def _runtime() -> list[Path]:
    """The compiled Verilator runtime, in the cache of builds."""
    includes = _include_flags()
    source = Path(includes[0][2:])
    texts = [(source / name).read_text() for name in _RUNTIME]

    def compile_parts(place: Path) -> None:
        place.mkdir()
        for name in _RUNTIME:
            _run([*_COMPILE, "-O1", *includes, "-c", str(source / name), "-o", f"{name}.o"], place)

    kept = stored(cache_folder() / f"fuzz-runtime-{digest(*texts, *_COMPILE)}", compile_parts)
    return [kept / f"{name}.o" for name in _RUNTIME]


def _run(
    command: Sequence[str], folder: str | Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))

    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, preexec_fn=limit
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        errors = [line for line in lines if line.startswith("%Error") or ": error" in line or ": fatal" in line]
        errors = errors or lines or [f"status {done.returncode}"]
        raise BuildError(f"{Path(command[0]).name}: {errors[0]}")
    return done
