"""The fields of records and entries, and the errors, as Markdown for the documents."""

from collections.abc import Iterable

from ..markdown import table
from .entries import Parameter, Tap
from .errors import Error
from .execute import Exec
from .field import Field
from .kinds import Load
from .record import HEADER, HEADER_BITS

__all__ = ["record_tables"]


def field_table(fields: Iterable[Field]) -> str:
    """A line for each field: place, width, range and meaning."""
    rows = [
        (
            f"`{field.name}`",
            field.lowest_bit,
            f"{field.bits}{' s' if field.signed else ''}",
            f"{field.least} to {field.most}",
            field.meaning,
        )
        for field in fields
    ]
    return table(("field", "lowest bit", "bits", "range", "meaning"), rows, right=(1, 2))


def record_tables() -> str:
    """Every table of the records, Markdown, with headings of the third level."""
    parts = ["### Header of every record", field_table(HEADER), "### LOAD and STORE"]
    parts.append(field_table(field for field in Load.layout() if field.lowest_bit >= HEADER_BITS))
    groups: dict[str, list[Field]] = {}
    for field in Exec.layout():
        groups.setdefault(field.group, []).append(field)
    for group, fields in groups.items():
        if fields[0].lowest_bit >= HEADER_BITS:
            parts += [f"### EXEC: {group}", field_table(fields)]
    parts += ["### An entry of the parameter memory", field_table(Parameter.layout())]
    parts += ["### An entry of the tap memory", field_table(Tap.layout())]
    errors = [(int(error), f"`{error.name}`", error.meaning) for error in Error]
    parts += ["### Errors", table(("code", "error", "meaning"), errors, right=(0,))]
    return "\n\n".join(parts)
