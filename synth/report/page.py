"""The report as one HTML page: contents, pictures and tables that sort and filter. It needs nothing beside it."""

import re
from pathlib import Path

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from .document import Document, Part, Picture, Table

__all__ = ["page"]

TEMPLATES = Path(__file__).parent / "templates"


def page(document: Document, pictures: dict[str, str]) -> str:
    """The page of a document. pictures: dict of name to SVG text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    reader = MarkdownIt("commonmark", {"html": False})  # lines of tools may hold anything
    environment.filters |= {
        "markdown": lambda text: Markup(reader.render(text)),
        "inline": lambda text: Markup(reader.renderInline(text)),
        "anchor": anchor,
        "plain": lambda text: re.sub("[*`]", "", text),
    }
    environment.globals |= {
        "kind_of": kind_of,
        "svg": {name: Markup(text[text.index("<svg") :]) for name, text in pictures.items()},
        "meanings": {name: meaning for meaning, names in document.meanings().items() for name in names},
        "file": lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8")),
    }
    return environment.get_template("report.html").render(document=document)


def anchor(text: str) -> str:
    """The name that a title has in a link."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def kind_of(part: Part) -> str:
    """What a part of a section is: ``text``, ``table`` or ``picture``."""
    return "table" if isinstance(part, Table) else "picture" if isinstance(part, Picture) else "text"
