"""The page of mutants of machines. Same outcomes, same bytes."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version

from lowtide.common.markdown import table

from ..judged import OUTCOMES, Judged, scores
from ..report import LEAST, shares, survivors

__all__ = ["markdown"]

HEAD = """\
# Mutants of machines

Mutation testing of what stands around an array: every unit (a Verilog module) of the flexible machine of a kind of PE,
without those of the array, which have [a page of their own](mutation.md). A mutant, a small defect of one bit, is
*killed* where one of the random lists of records that `lowtide fuzz-machine` runs ends otherwise than on golden's
machine, or never, or where it takes other cycles than without the mutant, with the same latencies and stalls of the
bus: when any of its records begins and ends, how long it waits for tokens and for the bus, and its beats. Cycles are
part of what is stated of a machine ([how they are predicted](../accelerator.md)), so one that is slower is wrong. A
mutant is *equivalent* where its unit by itself, or every unit that places it, is proved to have the same outputs for
ever, whatever its inputs, from any state or from a reset on, and then it does not count. Units within it may be boxes:
what they are given has to be the same, what they give is anything. It is equivalent, too, where the whole machine,
with the array and memories as boxes, is proved to have the same outputs for ever where they count, whatever its inputs,
from any state on: payloads of the bus count while they are valid, written bytes with their strobe, everything else
always, what the array is given among it. Within the machine words may differ where that is never seen, such as those
of a stream while none is there. Everything else *survived*: some of it can never be seen in a machine."""


def markdown(
    judged: Mapping[str, Sequence[Judged]], command: str, *, count: int, seed: int, lists: int, further: int
) -> str:
    """The page.

    Parameters
    ----------
    judged : mapping of str to sequence of Judged
        By kind of PE.
    command : str
        What makes it again.
    count, seed, lists, further : int
        Mutants of a unit, which ones, lists that each has to pass, and those for the ones that are alive then.
    """
    counts = table(
        ["kind", "mutants", *OUTCOMES, "found"],
        [
            [
                f"`{kind}`",
                len(each),
                *(sum(one.outcome == outcome for one in each) for outcome in OUTCOMES),
                f"{100 * _found(each):.1f} %",
            ]
            for kind, each in judged.items()
        ],
        right=range(1, 3 + len(OUTCOMES)),
    )
    low = [
        f"- `{kind}`: {unit}, {100 * score.share:.0f} % of {score.counted}"
        for kind, each in judged.items()
        for unit, score in scores(each).items()
        if score.share < LEAST
    ]
    said = (
        f"Written by `{command}`: {count} mutants a unit where it has so many, seed {seed}, {lists} lists, and "
        f"{further} further ones for those mutants that are alive then and not equivalent, pyosys "
        f"{version('pyosys')}. A cell of the first table: per cent found, of how many that are not equivalent."
    )
    below = "\n".join(low) or "None."
    chapters = [f"## Units below {100 * LEAST:.0f} %", below, "## Survivors", survivors(judged)]
    return "\n\n".join([HEAD, said, shares(judged), counts, *chapters]) + "\n"


def _found(judged: Sequence[Judged]) -> float:
    counted = [one for one in judged if one.outcome != "equivalent"]
    return sum(one.outcome != "survived" for one in counted) / len(counted) if counted else 1.0
