"""One shared library of many engines: Verilated one by one, compiled together, driven by raw words.

Compiling the headers of Verilator costs more than compiling a small engine, so engines that are used once are compiled
in one go, without optimisation. The Verilator runtime is compiled once for all libraries.
"""

import ctypes
import hashlib
import os
import re
import resource
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from lowtide.common.folders import cache_folder
from lowtide.hw.array.decoder import entry_layout, table_bits
from lowtide.hw.array.edges import stream_bits
from lowtide.hw.array.readout import result_layout
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS, ArrayConfig
from lowtide.hw.emit import yosys
from lowtide.hw.mode.word import WORD_BITS
from lowtide.sim.build import WAIVERS, BuildError
from lowtide.sim.packing import unpack
from lowtide.sim.toolchain import find_verilator

from .jobs import Run

__all__ = ["Answer", "Engine", "build_library", "check_messages", "verilate"]

DRIVER = Path(__file__).with_name("driver.h")
#: Registers start with random values: nothing may depend on a value that reset did not set.
_VERILATE = ("--cc", "-Mdir", ".", "--x-initial", "unique", "-O3", "-Wall", "-Wno-fatal", "--quiet")
_COMPILE = ("g++", "-std=c++20", "-w", "-fPIC", "-fno-gnu-unique")
_RUNTIME = ("verilated.cpp", "verilated_threads.cpp")
LONGEST = 300  #: seconds of processor time of a tool


def check_messages(tops: dict[str, str], folder: Path) -> dict[str, str]:
    """What Yosys says against the Verilog of engines, which lies in ``folder``: the complaints of those that do not
    check.

    Parameters
    ----------
    tops: name of the top module of each, by the name of its file without ending
    folder: where the files are
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
    that are shipped). Raises :class:`lowtide.sim.build.BuildError`."""
    verilator = find_verilator()
    (folder / f"{prefix}.v").write_text(text)
    done = _run(
        [verilator.command, *_VERILATE, "--prefix", prefix, "--top-module", top, str(WAIVERS), f"{prefix}.v"],
        folder,
        verilator.environment(),
    )
    return [line for line in done.stderr.splitlines() if line.startswith("%")]


def build_library(configs: dict[str, ArrayConfig], folder: Path) -> dict[str, "Engine"]:
    """The engines of a folder into which :func:`verilate` wrote them, by prefix. Raises
    :class:`lowtide.sim.build.BuildError`."""
    includes, makers = [f'#include "{DRIVER}"'], []
    for number, prefix in enumerate(configs):
        sources = sorted(folder.glob(f"{prefix}*.cpp"))
        includes += [f'#undef VL_PCH_INCLUDED\n#include "{path.name}"' for path in sources]
        includes.append(f'#include "{prefix}.h"')
        makers.append(f"case {number}: return new fuzz::Driven<{prefix}>(seed, *masks);")
    name = f"library_{next(iter(configs))}"  # a library of a name that is loaded would not be loaded again
    (folder / f"{name}.cc").write_text(
        "\n".join(
            [
                *includes,
                'extern "C" {',
                "fuzz::Engine* fuzz_make(int engine, int seed, const fuzz::Masks* masks) {",
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
    library = ctypes.CDLL(str(folder / f"{name}.so"))
    library.fuzz_make.restype = ctypes.c_void_p
    library.fuzz_run.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Work), ctypes.POINTER(_Outcome)]
    library.fuzz_ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p]
    return {prefix: Engine(library, number, config) for number, (prefix, config) in enumerate(configs.items())}


def _include_flags():
    root = find_verilator().root or _run([find_verilator().command, "--getenv", "VERILATOR_ROOT"], ".").stdout.strip()
    return [f"-I{root}/include", f"-I{root}/include/vltstd"]


def _runtime():
    """The compiled Verilator runtime, in the cache of builds."""
    includes = _include_flags()
    source = Path(includes[0][2:])
    texts = "".join((source / name).read_text() for name in _RUNTIME) + " ".join(_COMPILE)
    kept = cache_folder() / f"fuzz-runtime-{hashlib.sha256(texts.encode()).hexdigest()[:16]}"
    objects = [kept / f"{name}.o" for name in _RUNTIME]
    kept.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{kept}.lock"):
        if not kept.exists():
            with tempfile.TemporaryDirectory(dir=kept.parent) as work:
                for name in _RUNTIME:
                    _run([*_COMPILE, "-O1", *includes, "-c", str(source / name), "-o", f"{name}.o"], work)
                (Path(work) / "done").mkdir()
                for name in _RUNTIME:
                    os.rename(Path(work) / f"{name}.o", Path(work) / "done" / f"{name}.o")
                os.rename(Path(work) / "done", kept)
    return objects


def _run(command, folder, environment=None):
    def limit():
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


class _Stream(ctypes.Structure):
    _fields_ = [
        ("count", ctypes.c_int64),
        ("stride", ctypes.c_int64),
        ("words", ctypes.c_void_p),
        ("stall", ctypes.c_int32),
    ]


class _Work(ctypes.Structure):
    _fields_ = [
        *((name, _Stream) for name in ("codebook", "job", "x", "w")),
        ("columns", ctypes.c_int64),
        ("stride", ctypes.c_int64),
        ("y", ctypes.c_void_p),
        ("stall", ctypes.c_int32),
        ("seed", ctypes.c_uint64),
        ("patience", ctypes.c_uint64),
    ]


class _Outcome(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int64) for name in ("columns", "unstable", "apart")]
    _fields_ += [(name, ctypes.c_uint64) for name in ("running", "cycles")]
    _fields_ += [(name, ctypes.c_uint32) for name in ("stuck", "error", "reason", "busy")]


class _Masks(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("job", "x", "w", "codebook")]


@dataclass(frozen=True)
class Answer:
    """What an engine made of a run.

    y: int64 [rows, cols] of each job, only those that came. last: the bit beside each column. columns: how many came.
    unstable: cycles in which a waiting result changed. apart: cycles in which x and w were not taken together.
    running: clock cycles with ``busy``. cycles: the engine's counter. stuck: it made no progress, or raised its error
    flag, before everything was done. error, reason, busy: its outputs at the end.
    """

    y: list[np.ndarray]
    last: list[int]
    columns: int
    unstable: int
    apart: int
    running: int
    cycles: int
    stuck: bool
    error: bool
    reason: int
    busy: bool


class Engine:
    """One engine of a library."""

    def __init__(self, library, number, config):
        self.config, self._library = config, library
        widths = {
            "job": WORD_BITS + CHUNK_BITS + TAIL_BITS,
            "x": stream_bits(config, "x"),
            "w": stream_bits(config, "w"),
            "codebook": entry_layout(config).size if table_bits(config) else 32,
        }
        self._strides = {name: -(-bits // 32) for name, bits in widths.items()}
        masks = _Masks(
            **{name: (1 << (bits if bits <= 64 else (bits - 1) % 32 + 1)) - 1 for name, bits in widths.items()}
        )
        self._engine = library.fuzz_make(number, number + 1, ctypes.byref(masks))

    def ask(self, words: list[int]) -> list[int]:
        """The reasons for which the idle engine refuses jobs, 0 where it accepts, 255 where it does neither."""
        jobs, reasons = np.array(words, np.uint64), np.empty(len(words), np.uint32)
        self._library.fuzz_ask(self._engine, jobs.ctypes.data, len(jobs), reasons.ctypes.data)
        return reasons.tolist()

    def run(self, run: Run, *, stalls: dict[str, int], seed: int) -> Answer:
        """Put a run through the engine. stalls: chance of a stall in a cycle, of 256, for each stream."""
        config, words = self.config, run.words(seed)
        arrays = {name: _array(items, self._strides[name]) for name, items in words.items()}
        columns = len(run.jobs) * config.cols
        stride = -(-result_layout(config).size // 32)
        found = np.zeros((columns, stride), np.uint32)
        streams = {
            name: _Stream(len(array), array.shape[1], array.ctypes.data, stalls.get(name, 0))
            for name, array in arrays.items()
        }
        patience = 2000 + 10 * (config.rows + config.cols)
        patience += max((config.cycles_per_beat(job.mode) for job in run.jobs), default=0)
        slowest = 256 // (256 - max([*stalls.values(), 0]))
        outcome = _Outcome()
        self._library.fuzz_run(
            self._engine,
            ctypes.byref(
                _Work(
                    **streams,
                    columns=columns,
                    stride=stride,
                    y=found.ctypes.data,
                    stall=stalls.get("y", 0),
                    seed=seed,
                    patience=patience * slowest,
                )
            ),
            ctypes.byref(outcome),
        )
        return self._answer(found, outcome)

    def _answer(self, found, outcome):
        config = self.config
        payloads = [int.from_bytes(row.tobytes(), "little") for row in found[: outcome.columns]]
        columns = [unpack(word, config.acc_width, config.rows) for word in payloads]
        whole = range(0, len(columns) - config.cols + 1, config.cols)
        return Answer(
            y=[np.stack(columns[start : start + config.cols], axis=1) for start in whole],
            last=[word >> config.rows * config.acc_width for word in payloads],
            columns=outcome.columns,
            unstable=outcome.unstable,
            apart=outcome.apart,
            running=outcome.running,
            cycles=outcome.cycles,
            stuck=bool(outcome.stuck),
            error=bool(outcome.error),
            reason=outcome.reason,
            busy=bool(outcome.busy),
        )


def _array(items, stride):
    """Integers as 32-bit words, lowest first: uint32 [items, stride]."""
    text = b"".join(item.to_bytes(4 * stride, "little") for item in items)
    return np.frombuffer(text, np.uint32).reshape(len(items), stride)
