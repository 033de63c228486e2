"""Examines configurations: refused or emitted, checked, linted, and compared with golden on random jobs."""

import resource
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.mode.word import Mode
from lowtide.sim.verilator.lint import lint
from lowtide.sim.verilator.toolchain import BuildError

from .compare import compare_documents, compare_reasons, compare_run
from .examined import Examined, Fields, Finding
from .jobs import random_run, random_words
from .refusals import fault_of_refusal
from .shared_library import build_library, check_messages, verilate

__all__ = ["configuration", "examine"]

WORDS = 120  #: words of the job stream that an engine is asked about
RUNS, JOBS = 6, 6  #: runs of an engine, and the most jobs of each
LONGEST = 200  #: seconds; a configuration that takes longer to become Verilog is given up
SLOW = 15.0  #: seconds of processor time; what takes longer is listed
LARGEST = 64  #: processing elements of an engine that is computed with
LARGEST_LINTED = 256  #: of one that is linted; each is looked at by itself
LARGEST_CODE = 5_000_000  #: bytes of C++ that are compiled at once


def examine(drawn: dict[int, Fields], *, seed: int, effort: int = 1) -> list[Examined]:
    """Examine configurations.

    Parameters
    ----------
    drawn : dict of int to fields
        The fields of each, by its number.
    seed : int
        Of the jobs, together with the number.
    effort : int
        How many times as many words and runs as by default.

    Returns
    -------
    list of Examined
        One for each, in order.
    """
    results = {number: Examined(number, fields) for number, fields in drawn.items()}
    with tempfile.TemporaryDirectory() as work:
        configs: dict[int, ArrayConfig] = {}
        sizes: dict[int, int] = {}
        for number, result in results.items():
            with _timed(result):
                config = configuration(result)
                if config is not None and _emit(result, config, Path(work)):
                    configs[number] = config
                    sizes[number] = sum(path.stat().st_size for path in Path(work).glob(f"V{number}_*.cpp"))
        tops = {f"V{number}_": config.name for number, config in configs.items()}  # emission has checked the others
        for name, said in (check_messages(tops, Path(work)) if tops else {}).items():
            results[int(name[1:-1])].findings.append(Finding("check", said[:400]))
        for group in _groups(sizes):
            _compute({number: configs[number] for number in group}, results, Path(work), seed, effort)
    for result in results.values():
        if result.findings:
            result.outcome = "found"
    return list(results.values())


def configuration(result: Examined) -> ArrayConfig | None:
    """The configuration of a result, None where it is refused; a refusal that says too little is a finding."""
    fields: dict[str, Any] = result.fields  # of any type: what does not fit is refused
    try:
        return ArrayConfig(**fields)
    except Exception as error:  # whatever it is, it is what a user would see
        result.outcome = "refused"
        if fault := fault_of_refusal(result.fields, error):
            result.findings.append(Finding("refusal", f"{fault}: {str(error).splitlines()[0][:200]}"))
        return None


def _emit(result: Examined, config: ArrayConfig, work: Path) -> bool:
    """Verilog, linted, and C++ of it in ``work``; whether it is to be computed with."""
    try:
        with _limited(LONGEST), warnings.catch_warnings():
            warnings.simplefilter("error")  # Amaranth's remarks are findings
            text = verilog(Engine(config), title=config.header())
            if config.rows * config.cols > LARGEST:
                result.outcome = "emitted"
                messages = lint(text, top=config.name) if config.rows * config.cols <= LARGEST_LINTED else []
                if messages:
                    result.findings.append(Finding("lint", " | ".join(messages[:3])[:400]))
                return False
            if messages := verilate(text, config.name, f"V{result.number}_", work):
                result.findings.append(Finding("lint", " | ".join(messages[:3])[:400]))
    except TimeoutError:
        result.findings.append(Finding("slow", f"not emitted and Verilated within {LONGEST} s"))
        return False
    except BuildError as error:
        result.findings.append(Finding("lint", str(error)[:400]))
        return False
    except Exception as error:  # whatever it is, it is what a user would see
        result.findings.append(Finding("emission", f"{type(error).__name__}: {str(error)[:300]}"))
        return False
    return True


def _compute(configs: dict[int, ArrayConfig], results: dict[int, Examined], work: Path, seed: int, effort: int) -> None:
    """Compare engines with golden."""
    started = time.process_time() + _children()
    try:
        engines = build_library({f"V{number}_": config for number, config in configs.items()}, work)
    except BuildError as error:
        if len(configs) == 1:
            results[next(iter(configs))].findings.append(Finding("build", str(error)[:400]))
        else:  # one of them is to blame
            for number, config in configs.items():
                _compute({number: config}, results, work, seed, effort)
        return
    share = (time.process_time() + _children() - started) / len(configs)
    for number, engine in zip(configs, engines.values(), strict=True):
        result = results[number]
        result.seconds += share
        with _timed(result):
            rng = np.random.default_rng([seed, number])
            try:
                compare_reasons(result, engine, random_words(engine.config, rng, WORDS * effort))
                modes: set[Mode] = set()
                for _ in range(RUNS * effort):
                    run = random_run(engine.config, rng, int(rng.integers(1, JOBS + 1)))
                    compare_run(result, engine, run, rng)
                    modes |= {job.mode for job in run.jobs}
                result.modes = len(modes)
                compare_documents(result, engine.config)
            except Exception as error:  # of the statement or of golden
                result.findings.append(Finding("statement", f"{type(error).__name__}: {str(error)[:300]}"))
        result.outcome = "computed"


def _groups(sizes: dict[int, int]) -> Iterator[list[int]]:
    """Numbers of engines that are compiled together."""
    group: list[int] = []
    size = 0
    for number, more in sizes.items():
        if group and size + more > LARGEST_CODE:
            yield group
            group, size = [], 0
        group.append(number)
        size += more
    if group:
        yield group


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _timed(result: Examined) -> Iterator[None]:
    """Adds the processor time of what happens meanwhile to a result."""
    started = time.process_time() + _children()
    try:
        yield
    finally:
        result.seconds += time.process_time() + _children() - started


@contextmanager
def _limited(seconds: int) -> Iterator[None]:
    """Raises ``TimeoutError`` in what happens meanwhile after so many seconds, and again every second: Python drops an
    exception that comes in the middle of a callback."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
