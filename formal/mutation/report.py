"""The report: scores by unit and kind, and every survivor by name, as Markdown. Same outcomes, same bytes."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from lowtide.common.markdown import table
from lowtide.hw.config.array_config import ArrayConfig

from .judged import OUTCOMES, Judged, Score, scores

__all__ = ["LEAST", "markdown", "shares", "survivors", "tell", "too_low"]

LEAST = 0.95  #: of the mutants of a unit that are not equivalent, those that must be found

HEAD = """\
# Mutants{0}

Written by `make mutate`. Each number is of a unit (a Verilog module) of the flexible engine of a kind, `KIND_8x8_flex`
built with {2} rows and {3} columns{1}: of the mutants that Yosys makes of the unit, small defects of one bit, the share
that is found. A mutant is *killed* where a check of `formal/engine_checks` fails, which `make test` runs on the engines
without mutants; *equivalent* where it is proved that all outputs are the same for ever (by what is said in
`formal/mutation/equivalence.py`), and then it does not count; *refuted* where neither is so, but `make formal` would
fail, since a property of `formal/properties` about the unit, or about one that places it, is no longer proved.
Everything else *survived*, undecided ones as well. Clocks are not mutated."""


def too_low(judged: Mapping[str, Sequence[Judged]]) -> list[str]:
    """Units below :data:`LEAST`, a line for each. judged: by kind."""
    return [
        f"{kind}: {unit} {100 * score.share:.1f} %"
        for kind, each in judged.items()
        for unit, score in scores(each).items()
        if score.share < LEAST
    ]


def tell(judged: Mapping[str, Sequence[Judged]], paths: Sequence[Path]) -> int:
    """Print what was found, and where it was written; 1 where a unit is below :data:`LEAST`. judged: by kind."""
    low = too_low(judged)
    for line in low:
        print(f"below {100 * LEAST:.0f} %: {line}")
    every = [one for each in judged.values() for one in each]
    counted = [one for one in every if one.outcome != "equivalent"]
    found = sum(one.outcome != "survived" for one in counted)
    print(f"{found} of {len(counted)} mutants found, {len(every) - len(counted)} more are equivalent, in:")
    for path in paths:
        print(f"  {path}")
    return int(bool(low))


def markdown(judged: Mapping[str, Sequence[Judged]], config: ArrayConfig, *, seed: int, count: int) -> str:
    """The page. judged: by kind. config: one of their engines, which differ in their kind alone."""
    fields = [f"`pipeline` {config.pipeline}"] if config.pipeline else []
    if config.tiled:
        fields.append(f"tiles of {config.tile_rows}x{config.tile_cols} PEs")
    title, built = "".join(f", {each}" for each in fields), "".join(f" and {each}" for each in fields)
    head = HEAD.format(title, built, config.rows, config.cols)
    counts = table(
        ["kind", "mutants", *OUTCOMES],
        [
            [f"`{kind}`", len(each), *(sum(one.outcome == outcome for one in each) for outcome in OUTCOMES)]
            for kind, each in judged.items()
        ],
        right=range(1, 2 + len(OUTCOMES)),
    )
    said = (
        f"{count} mutants a unit where it has so many, seed {seed}, pyosys {version('pyosys')}. "
        "A cell: per cent found, of how many that are not equivalent."
    )
    return "\n\n".join([head, said, shares(judged), counts, "## Survivors", survivors(judged)]) + "\n"


def shares(judged: Mapping[str, Sequence[Judged]]) -> str:
    """The table of what was found in each unit. judged: by kind."""
    by_kind = {kind: scores(each) for kind, each in judged.items()}
    units = dict.fromkeys(unit for found in by_kind.values() for unit in found)
    return table(
        ["unit", *(f"`{kind}`" for kind in by_kind)],
        [[unit, *(_cell(found.get(unit)) for found in by_kind.values())] for unit in units],
        right=range(1, 1 + len(by_kind)),
    )


def survivors(judged: Mapping[str, Sequence[Judged]]) -> str:
    """Every mutant that survived, or a sentence where none did."""
    rows = [
        (
            f"`{kind}`",
            one.mutant.unit,
            f"`{one.mutant.net}`",
            one.mutant.mode,
            f"`{_short(one.mutant.line)}`",
            one.by,
        )
        for kind, each in judged.items()
        for one in each
        if one.outcome == "survived"
    ]
    if not rows:
        return "None."
    return (
        "*different*: in some state, which need not be one that can be reached, an output or a next state is "
        "another one; *undecided*: neither proved nor refuted in time.\n\n"
        + table(("kind", "unit", "net", "defect", "line of Verilog", "proof"), rows)
    )


def _cell(score: Score | None) -> str:
    return "-" if score is None else f"{100 * score.share:.0f} of {score.counted}"


def _short(line: str) -> str:
    """A line of Verilog, at most 80 characters, fit for a table."""
    return (line if len(line) <= 80 else f"{line[:77]}...").replace("|", "\\|")
