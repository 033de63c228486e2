"""What is kept of every configuration, and the report: ``fuzz.json`` and ``fuzz.md``."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lowtide.hw.emit.write import WAIVERS
from lowtide.hw.pe import KINDS

from ..search.kept import Kept
from ..search.report import markdown, write_report
from .examine import SLOW
from .examined import Examined, Fields, Finding

__all__ = ["HEADINGS", "call", "command_for", "kept", "rows", "slow", "write"]

HEADINGS = (
    "kind",
    "drawn",
    "refused",
    "emitted only",
    "computed",
    "job words",
    "modes",
    "jobs",
    "multiplications",
    "findings",
)
HEAD = """\
# What random configurations found

Every field is drawn at random, over its range and somewhat beyond.

- *Refused*: by one line that names a field, its value and what is allowed.
- *Emitted only*: more than 64 PEs; checked by Yosys, and linted up to 256.
- *Computed*: checked, linted, and equal to the golden model: which of these job words are accepted, the reasons of the
  others, every result of all these jobs, with their cycles, and again while every stream stalled at random. *Modes*
  counts the different modes of each configuration.
"""


def kept(folder: Path, seed: int) -> Kept[Examined]:
    """What is kept of the configurations of a seed."""

    def read(record: dict[str, Any]) -> Examined:
        findings = [Finding(**finding) for finding in record["findings"]]
        return Examined(**record | {"findings": findings})

    others = [Path(__file__).with_name("driver.h"), WAIVERS]
    return Kept(folder, seed, read=read, others=others)


def call(chosen: Fields) -> str:
    """The fields as a call in Python."""
    return f"ArrayConfig({', '.join(f'{name}={value!r}' for name, value in chosen.items())})"


def command_for(seed: int, number: int) -> str:
    """The command that examines one configuration alone."""
    return f"lowtide fuzz --seed {seed} --first {number} --count 1"


def slow(results: Iterable[Examined]) -> list[Examined]:
    """The results that took long, the longest first."""
    return sorted((each for each in results if each.seconds > SLOW), key=lambda each: -each.seconds)


def rows(results: list[Examined]) -> list[list[str]]:
    """The table by kind of PE, and the sum."""
    kinds = {kind: [each for each in results if each.kind == kind] for kind in KINDS}
    kinds["no kind"] = [each for each in results if each.kind not in KINDS]
    found = []
    for kind, each in (*kinds.items(), ("all", results)):
        counts = [len(each)] + [
            sum(one.outcome == outcome for one in each) for outcome in ("refused", "emitted", "computed")
        ]
        counts += [sum(getattr(one, name) for one in each) for name in ("words", "modes", "jobs", "products")]
        counts.append(sum(one.is_bad for one in each))
        found.append([kind, *(f"{count:,}" for count in counts)])
    return found


def page_of(results: list[Examined], shrunk: dict[int, Fields], *, seed: int, command: str) -> str:
    """The page. Same results, same bytes: what took long is in ``fuzz.json``."""
    lines = []
    for each in results:
        if each.is_bad:
            lines += [f"- {each.number}, {finding.stage}: {finding.line}" for finding in each.findings[:3]]
            lines.append(f"  `{call(shrunk.get(each.number, each.fields))}`")
    return markdown(
        HEAD,
        results,
        things="configurations",
        by=f"`{command}`, pyosys {version('pyosys')}",
        seed=seed,
        headings=HEADINGS,
        rows=rows(results),
        findings=lines,
    )


def write(results: list[Examined], shrunk: dict[int, Fields], folder: Path, *, seed: int, command: str) -> list[Path]:
    """Write the report. Returns the paths.

    Parameters
    ----------
    results : list of Examined
        In the order of their numbers.
    shrunk : dict of int to fields
        Of smaller configurations with the same finding, by number.
    folder : Path
        Where to.
    seed : int
        Of the configurations.
    command : str
        What examines them again.

    Raises
    ------
    ValueError
        if the folder cannot be written to.
    """
    return write_report(
        folder,
        "fuzz",
        results,
        seed=seed,
        headings=HEADINGS,
        rows=rows(results),
        page=page_of(results, shrunk, seed=seed, command=command),
        tools={"pyosys": version("pyosys")},
        findings=[
            {
                "number": each.number,
                "command": command_for(seed, each.number),
                "fields": each.fields,
                "findings": [vars(finding) for finding in each.findings],
                "smaller": shrunk.get(each.number),
            }
            for each in results
            if each.is_bad
        ],
        slow=[
            {"number": each.number, "fields": each.fields, "seconds": round(each.seconds, 1)} for each in slow(results)
        ],
    )
