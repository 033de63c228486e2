"""The report: every property, of how many configurations it is proved, and which it is not, as Markdown."""

from importlib.metadata import version

from lowtide.common.markdown import table

from .prove import Held
from .skews import LARGEST

__all__ = ["HOLDS", "markdown"]

HOLDS = ("proved", "bounded")  #: outcomes

HEAD = """\
# Properties

Written by `make formal`. What always holds inside the engines of the named configurations, each at its real size and
with its real parameters, from reset on, for all time and whatever comes over its streams: proved by temporal induction
with the SAT solver of Yosys, on the emitted Verilog with a monitor in it. For the properties of streams and flags the
array and its edges may do anything, for those of an edge its encoders may; so these do not rest on the arithmetic. The
term selector is proved on small groups (`sorted_terms`, `terms_stay`: 2 to 4 values of 3 and 4 bits), for the named
ones it is simulated only. Skews are proved up to {largest_skew} bits and in one piece, wider ones and those made of
blocks are simulated only."""


def markdown(held: list[Held]) -> str:
    """The page. Same outcomes, same bytes."""
    names: dict[str, list[Held]] = {}
    for each in held:
        names.setdefault(each.property.name.removeprefix(f"{each.property.config.name}_"), []).append(each)
    rows = []
    for name, found in names.items():
        prop = found[0].property
        counts = [sum(each.outcome == outcome for each in found) for outcome in HOLDS]
        rows.append((name, prop.unit or "engine", prop.statement, len(found), *counts))
    lines = [
        HEAD.format(largest_skew=LARGEST),
        "",
        f"pyosys {version('pyosys')}.",
        "",
        table(("property", "unit", "what holds", "configurations", *HOLDS), rows, right=(3, 4, 5)),
    ]
    failed = [each for each in held if each.outcome not in HOLDS]
    lines += ["", "Not proved:" if failed else "Nothing is left that is not proved.", ""]
    lines += [f"- {each.property.name}: {each.outcome}" for each in failed]
    return "\n".join(lines).rstrip() + "\n"
