"""Examines configurations: refused or emitted, checked, linted, and compared with golden on random jobs."""

import resource
import signal
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from lowtide import golden
from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.mode.reasons import Reason
from lowtide.sim.build import BuildError, lint

from .jobs import Run, random_run, random_words
from .library import Answer, build_library, check_messages, verilate
from .refusals import fault_of_refusal
from .statement import golden_accepts, job_parts, mode_of_word, stated_reason

__all__ = ["Examined", "Finding", "configuration", "examine"]

STALLS = (0, 0, 25, 128, 230)  #: chances in 256
WORDS = 120  #: words of the job stream that an engine is asked about
RUNS, JOBS = 6, 6  #: runs of an engine, and the most jobs of each
LONGEST = 200  #: seconds; a configuration that takes longer to become Verilog is given up
SLOW = 15.0  #: seconds of processor time; what takes longer is listed
LARGEST = 64  #: processing elements of an engine that is computed with
LARGEST_LINTED = 256  #: of one that is linted; each is looked at by itself
LARGEST_CODE = 5_000_000  #: bytes of C++ that are compiled at once


@dataclass(frozen=True)
class Finding:
    """What is wrong with a configuration. stage: what was being looked at. line: what was found."""

    stage: str
    line: str


@dataclass
class Examined:
    """What came of a configuration.

    number: of the seed. fields: of the configuration. outcome: "refused" (in one line), "emitted" (too large to compute
    with), "computed" or "found". findings: what is wrong. modes, words, jobs, products: different modes of jobs, words
    of the job stream, jobs and multiplications that agreed. seconds: of processor time, its share of a library.
    """

    number: int
    fields: dict[str, object]
    outcome: str = ""
    findings: list[Finding] = field(default_factory=list)
    modes: int = 0
    words: int = 0
    jobs: int = 0
    products: int = 0
    seconds: float = 0.0

    @property
    def kind(self) -> str:
        """The kind of PE that was asked for."""
        return str(self.fields.get("kind", "parallel"))

    def record(self) -> dict[str, object]:
        """The same for JSON."""
        return asdict(self) | {"seconds": round(self.seconds, 2)}


def examine(drawn: dict[int, dict[str, object]], *, seed: int, effort: int = 1) -> list[Examined]:
    """Examine configurations.

    Parameters
    ----------
    drawn: the fields of each, by its number
    seed: of the jobs, together with the number
    effort: how many times as many words and runs as by default

    Returns
    -------
    An :class:`Examined` for each, in order.
    """
    results = {number: Examined(number, fields) for number, fields in drawn.items()}
    with tempfile.TemporaryDirectory() as work:
        configs, sizes = {}, {}
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
    try:
        return ArrayConfig(**result.fields)
    except Exception as error:  # whatever it is, it is what a user would see
        result.outcome = "refused"
        if fault := fault_of_refusal(result.fields, error):
            result.findings.append(Finding("refusal", f"{fault}: {str(error).splitlines()[0][:200]}"))
        return None


def _emit(result, config, work):
    """Verilog, linted, and C++ of it in ``work``; whether it is to be computed with."""
    try:
        with _limited(LONGEST):
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


def _compute(configs, results, work, seed, effort):
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
                _ask(result, engine, random_words(engine.config, rng, WORDS * effort))
                modes = set()
                for _ in range(RUNS * effort):
                    run = random_run(engine.config, rng, int(rng.integers(1, JOBS + 1)))
                    _run(result, engine, run, rng)
                    modes |= {job.mode for job in run.jobs}
                result.modes = len(modes)
                _documented(result, engine.config)
            except Exception as error:  # of the statement or of golden
                result.findings.append(Finding("statement", f"{type(error).__name__}: {str(error)[:300]}"))
        result.outcome = "computed"


def _ask(result, engine, words):
    """Whether engine, Python statement and golden accept the same modes, and the engine gives the stated reason."""
    for word, reason in zip(words, engine.ask(words), strict=True):
        stated, (mode_word, *_) = stated_reason(engine.config, word), job_parts(word)
        mode = mode_of_word(mode_word)
        if reason != stated:
            said = "nothing" if reason == 255 else Reason(reason).name
            result.findings.append(
                Finding(
                    "reason",
                    f"job 0x{word:x} ({mode and mode.label()}): the engine says {said}, the statement {stated.name}",
                )
            )
        if mode is not None:
            accepted = stated in (Reason.NONE, Reason.NO_CHUNKS, Reason.TAIL_TOO_LONG)
            if golden_accepts(engine.config, mode) != accepted:
                result.findings.append(
                    Finding(
                        "legality",
                        f"{mode}: the configuration {'accepts' if accepted else 'refuses'} it, golden does not",
                    )
                )
        result.words += 1


def _run(result, engine, run, rng):
    """Whether a run computes exactly, without stalls and with them, and takes the stated cycles without."""
    expected, seed = run.expected(), int(rng.integers(1 << 31))
    for stalled in (False, True):
        stalls = {name: int(rng.choice(STALLS)) if stalled else 0 for name in ("codebook", "job", "x", "w", "y")}
        answer = engine.run(run, stalls=stalls, seed=seed)
        where = f"{'stalled' if stalled else 'not stalled'}, {'; '.join(job.label() for job in run.jobs)}"
        if line := _difference(run, expected, answer, None if stalled else run.cycles()):
            result.findings.append(Finding(line.split(":")[0], f"{line.split(': ', 1)[1]} ({where})"[:500]))
            return
    result.jobs += 2 * len(run.jobs)
    result.products += 2 * sum(job.x.shape[0] * job.x.shape[1] * job.w.shape[1] for job in run.jobs)


def _difference(run: Run, expected: list[np.ndarray], answer: Answer, cycles: int | None) -> str:
    """What is wrong with an answer, as ``stage: line``; empty where nothing is. cycles: those that it should take."""
    if answer.error:
        return f"error: the engine raised its error flag, {Reason(answer.reason).name}"
    for number, (job, y, found) in enumerate(zip(run.jobs, expected, answer.y, strict=False)):
        if wrong := int((found[: y.shape[0], : y.shape[1]] != y).sum()):
            row, column = np.argwhere(found[: y.shape[0], : y.shape[1]] != y)[0]
            return (
                f"values: {wrong} of {y.size} results of job {number}, {job.label()}, differ: first "
                f"{found[row, column]} instead of {y[row, column]} for row {row}, column {column}"
            )
    columns = len(run.jobs) * run.config.cols
    if answer.columns != columns:
        return f"columns: {answer.columns} columns of results came instead of {columns}"
    if answer.stuck or answer.busy:
        return f"stuck: no progress, or still busy at the end, after {answer.running} cycles"
    if answer.last != [int(number % run.config.cols == run.config.cols - 1) for number in range(columns)]:
        return f"last: the marks of the last column are {answer.last}"
    if answer.unstable or answer.apart:
        return (
            f"streams: a waiting result changed in {answer.unstable} cycles, x and w were not taken together in "
            f"{answer.apart}"
        )
    if answer.cycles != answer.running:
        return f"counter: {answer.cycles} cycles counted, busy was high in {answer.running}"
    if cycles is not None and answer.cycles != cycles:
        return f"cycles: {answer.cycles} instead of {cycles}"
    return ""


def _documented(result, config):
    """Whether the modes that documents show are accepted, and the largest K of each is what golden states."""
    for mode in config.modes():
        try:
            config.check_mode(mode)
        except ValueError as error:
            result.findings.append(Finding("documents", f"{mode.label()} is shown and refused: {error}"))
            continue
        found, stated = config.largest_k_of_accumulator(mode), golden.largest_k(mode, config)
        if found != stated:
            result.findings.append(Finding("largest K", f"{mode.label()}: {found} instead of {stated}"))


def _groups(sizes):
    """Numbers of engines that are compiled together."""
    group, size = [], 0
    for number, more in sizes.items():
        if group and size + more > LARGEST_CODE:
            yield group
            group, size = [], 0
        group.append(number)
        size += more
    if group:
        yield group


def _children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def _timed(result):
    """Adds the processor time of what happens meanwhile to a result."""
    started = time.process_time() + _children()
    try:
        yield
    finally:
        result.seconds += time.process_time() + _children() - started


@contextmanager
def _limited(seconds):
    """Raises ``TimeoutError`` in what happens meanwhile after so many seconds."""

    def give_up(number, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
