"""The comparison as a table: terminal, Markdown, JSON."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.table import Table

from lowtide.common import markdown

from .families import Family
from .measure import Row

__all__ = ["COLUMNS", "notes", "table", "write"]


#: Heading and text of each column, from a `measure.Row`; a row without array has a dash where the text is None.
COLUMNS: tuple[tuple[str, Callable[[Row], str | None]], ...] = (
    ("mode", lambda row: row.mode),
    ("family", lambda row: row.family),
    ("array", lambda row: row.configuration),
    ("accuracy", lambda row: f"{100 * row.accuracy:.2f} %"),
    ("cycles / inference", lambda row: row.configuration and f"{row.cycles_per_inference:.2f}"),
    ("pairs / mult.", lambda row: row.configuration and f"{row.pairs_per_mac:g}"),
    ("mult. / cycle / PE", lambda row: row.configuration and f"{row.multiplications_per_cycle_per_pe:.3g}"),
    ("area-time, GE", lambda row: row.configuration and f"{row.area_time:,.0f}"),
    ("bit-exact", lambda row: row.configuration and ("yes" if row.bit_exact else "NO")),
)
LEFT = 3  #: columns of words


def _cells(row: Row) -> list[str]:
    return [text(row) or "-" for _, text in COLUMNS]


def table(rows: Sequence[Row]) -> Table:
    """The rows as a rich table."""
    made = Table(title="handwritten digits: accuracy, work and area of each mode")
    for number, (heading, _) in enumerate(COLUMNS):
        made.add_column(heading, justify="left" if number < LEFT else "right", no_wrap=number < LEFT)
    for before, row in zip([rows[0], *rows], rows, strict=False):
        if row.family != before.family:
            made.add_section()
        made.add_row(*_cells(row), style="bold red" if row.bit_exact is False else None)
    return made


def notes(rows: Sequence[Row], families: Sequence[Family]) -> list[str]:
    """What a reader must know to compare the rows of these `families.Family`: a list of sentences."""
    arrays = {row.configuration: row for row in rows if row.configuration}
    areas = ", ".join(f"{name} {row.pe_area:,.0f}" for name, row in arrays.items())
    holds = "; ".join(f"{family.name}, {family.title}" for family in families)
    return [
        "intAxB keeps every bit of data rounded to A bits and of weights rounded to B bits; TR reveals the k largest "
        "terms of g weights and, where s is stated, the s largest of each datum; log4, ternary and codebook16 are "
        "storage formats of weights, with 8-bit data (2-bit data on subword, whose operands have equal widths); so are "
        "two_digits, 21 levels of two radix-4 digits, and e2m1, FP4. Behind 2^e, 8 weights share an exponent of 2 "
        "bits.",
        "The network was trained once, in float, and never again: 2-bit and ternary weights would need training. "
        "Binary weights classify less than a third of the images and have no row.",
        "A kind without a width runs the next wider one: all weights on parallel, 6-bit ones on fused and subword, "
        "are 8-bit integers there and save nothing.",
        f"Cycles depend on what a PE does at a time: {holds}. Cycles per inference alone do not say which is better; "
        "and a tile takes at least as many cycles as the array has columns, in which results leave.",
        "Area-time is the area of one PE by the cycles that it takes for a multiplication, in gate equivalents (GE). "
        "It knows no clock period, though that differs from kind to kind, and the PE alone: no wires, and none of the "
        "encoders, term selectors and decoders at the edges, of which parallel has the fewest.",
        f"Areas of one PE ({areas}) are synthesised for this table by the flow of `make synth`, both recipes, the "
        "smaller one, and kept in the cache of builds. Arrays named flex are larger for their other modes, block "
        "floating point among them on parallel, fused and subword; on digit the PE is the same.",
        "Pairs are term pairs per multiplication as the term revealing paper counts them: what the arithmetic "
        "reserves, all terms of a datum times the budget per weight; bits times bits where there are no terms.",
        "Bit-exact: every accumulator of every layer, and the cycles, from the RTL equal those of the golden model.",
    ]


def write(rows: Sequence[Row], families: Sequence[Family], images: int, network: str, folder: Path) -> list[Path]:
    """Write ``demo.md`` and ``demo.json``.

    Parameters
    ----------
    rows : sequence of Row
        The float one first.
    families : sequence of Family
        Where they come from.
    images : int
        How many ran.
    network : str
        One line that says what ran.
    folder : Path
        Where, an existing folder.

    Returns
    -------
    list of Path
        The files.
    """
    paths = [folder / f"demo.{suffix}" for suffix in ("md", "json")]
    paths[0].write_text(_markdown(rows, families, network))
    paths[1].write_text(json.dumps({"rows": [row.as_dict() for row in rows], "images": images}, indent=1) + "\n")
    return paths


def _markdown(rows: Sequence[Row], families: Sequence[Family], network: str) -> str:
    headings = [heading for heading, _ in COLUMNS]
    lines = [
        "# Handwritten digits on the arrays",
        "",
        network,
        "",
        markdown.table(headings, map(_cells, rows), right=range(LEFT, len(headings))),
    ]
    lines += [
        "",
        *(f"- {note}" for note in notes(rows, families)),
        "",
        "![accuracy against area-time, against term pairs, and cycles of each mode](demo.png)",
    ]
    return "\n".join(lines) + "\n"
