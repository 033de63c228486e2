"""The section of the page that says what it costs and gains that rows share a requantiser."""

from collections.abc import Sequence

from lowtide.common.markdown import table

from .sharing import Shared

__all__ = ["PICTURE", "conclusions", "counted", "section"]

PICTURE = "requantisers.svg"


def section(shared: Sequence[Sequence[Shared]]) -> list[str]:
    """Lines of Markdown: a table, what follows from it, and the picture, named without a folder.

    Parameters
    ----------
    shared : sequence of sequence of Shared
        Each machine with requantisers for one row and for more; no lines without a machine.
    """
    if not shared:
        return []
    targets = list(shared[0][0].machine.rooms)
    networks = list(dict.fromkeys(name for variants in shared for name in variants[0].cycles))
    heads = ["machine", "rows of a requantiser", *(f"{target.name}, {target.unit}" for target in targets), *networks]
    rows = []
    for variants in shared:
        base = variants[0]
        for each in variants:
            rests = [(each.machine.rest(target), each.machine.engine(target)) for target in targets]
            rows.append(
                [
                    f"`{each.machine.config.name}`",
                    each.rows,
                    *(f"{rest:,.0f} ({rest / engine:.1%})" for rest, engine in rests),
                    *(_cycles(each, base, name) for name in networks),
                ]
            )
    return [
        "## How many rows share a requantiser",
        "",
        "`rows_per_requantiser` of a machine, and nothing else changed: area of everything else, in brackets per cent "
        "of the engine, and cycles of networks, in brackets against a requantiser for each row. Cycles are predicted "
        "for programs that the compiler makes for each variant, on a bus that answers in the next cycle; weights are "
        "random, cycles do not depend on them.",
        "",
        table(heads, rows, right=range(1, len(heads))),
        "",
        *(f"- {line}" for line in conclusions(shared)),
        "",
        f"![Cycles over area, by rows of a requantiser]({PICTURE})",
        "",
    ]


def conclusions(shared: Sequence[Sequence[Shared]]) -> list[str]:
    """What follows from the numbers, in sentences: for each machine what a step saves and costs, and what is best."""
    return [
        line for variants in shared for line in (*(_step(each, variants[0]) for each in variants[1:]), _best(variants))
    ]


def counted(number: int, what: str) -> str:
    """A number of things: ``1 row``, ``2 rows``."""
    return f"{number} {what}{'s' * (number > 1)}"


def _cycles(each: Shared, base: Shared, name: str) -> str:
    if name not in each.cycles:
        return "-"
    return f"{each.cycles[name]:,}" + ("" if each is base else f" ({_more(each, base, name):+.1%})")


def _more(each: Shared, base: Shared, name: str) -> float:
    """Cycles of a network beyond those of the base, over them."""
    return each.cycles[name] / base.cycles[name] - 1


def _step(each: Shared, base: Shared) -> str:
    target = each.machine.target
    saved = base.machine.rest(target) - each.machine.rest(target)
    share = abs(saved) / base.machine.whole(target)
    longer = {name: _more(each, base, name) for name in each.cycles}
    least, most = min(longer, key=longer.__getitem__), max(longer, key=longer.__getitem__)
    cycles = " to ".join(dict.fromkeys(f"{longer[name]:+.1%} ({name})" for name in (least, most)))
    return (
        f"`{each.machine.config.name}`, a requantiser for {counted(each.rows, 'row')}: {abs(saved):,.0f} "
        f"{target.unit} {'less' if saved >= 0 else 'more'}, {share:.1%} of engine and everything else; cycles {cycles}."
    )


def _best(variants: Sequence[Shared]) -> str:
    """With how many rows area times cycles is least, by network."""
    base, target = variants[0], variants[0].machine.target

    def product(each: Shared, name: str) -> float:
        return each.machine.whole(target) * each.cycles[name] / base.machine.whole(target) / base.cycles[name]

    found: dict[int, list[str]] = {}
    for name in base.cycles:
        best = min(variants, key=lambda each: product(each, name))
        found.setdefault(best.rows, []).append(f"{name} ({product(best, name):.2f})")
    said = "; ".join(f"for {counted(rows, 'row')} in {', '.join(found[rows])}" for rows in sorted(found))
    return (
        f"`{base.machine.config.name}`: area of engine and everything else, times cycles, over that with a requantiser "
        f"for each row, is least with one {said}."
    )
