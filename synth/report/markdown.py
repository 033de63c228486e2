"""A report as Markdown."""

from lowtide.common.markdown import table as markdown_table

from .document import Document, Part, Picture, Section, Table

__all__ = ["markdown"]


def markdown(document: Document) -> str:
    """The text of a document. Pictures are named as ``NAME.svg``."""
    lines = [f"# {document.title}", "", *(f"- {name}: {text}" for name, text in document.facts), ""]
    for section in document.sections:
        lines += _section(section, 2)
    lines += ["## What the columns say", ""]
    for meaning, names in document.meanings().items():
        lines.append(f"- {', '.join(f'*{name}*' for name in names)}: {meaning}")
    return "\n".join(lines) + "\n"


def _section(section: Section, level: int) -> list[str]:
    lines = [f"{'#' * level} {section.title}", ""]
    for part in section.parts:
        lines += [_part(part), ""]
    for inside in section.sections:
        lines += _section(inside, level + 1)
    return lines


def _part(part: Part) -> str:
    if isinstance(part, Picture):
        return f"![{part.caption.split('. ')[0].rstrip('.')}]({part.name}.svg)\n\n*{part.caption}*"
    return _table(part) if isinstance(part, Table) else part


def _table(table: Table) -> str:
    right = [place for place, column in enumerate(table.columns) if not column.words]
    rows = [[_text(cell.text) for cell in row] for row in table.rows]
    return markdown_table([column.name for column in table.columns], rows, right=right)


def _text(text: str) -> str:
    return text.replace("|", "\\|")
