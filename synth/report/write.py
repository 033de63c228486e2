"""Writes the report: ``report.json``, ``report.md``, ``report.html``, pictures as SVG and PNG; and beside it, because
it differs from machine to machine, ``effort.json`` and ``effort.md``."""

import base64
import json
from dataclasses import asdict
from pathlib import Path

from lowtide.common.output import output_folder

from ..flow.store import digest, made
from . import plots
from .markdown import effort_markdown, markdown
from .page import page

__all__ = ["write"]


def write(contents, folder):
    """Write everything into ``folder``, which is made where it is not there; returns the paths. Raises ``ValueError``
    where it cannot be written to."""
    folder, stated = Path(folder), json.dumps(contents.as_dict(), indent=1, allow_nan=False) + "\n"
    pictures = made("pictures", digest(stated, Path(plots.__file__).read_text()), lambda: _encoded(contents))
    text = markdown(contents, {name: f"{name}.svg" for name in pictures})
    files = {
        "report.json": stated,
        "report.md": text,
        "report.html": page(text, {f"{name}.svg": svg for name, (svg, _) in pictures.items()}),
        "effort.json": json.dumps([asdict(each) for each in contents.effort], indent=1) + "\n",
        "effort.md": effort_markdown(contents.effort),
    }
    for name, (svg, png) in pictures.items():
        files |= {f"{name}.svg": svg, f"{name}.png": base64.b64decode(png)}
    with output_folder(folder):
        for name, content in files.items():
            if isinstance(content, bytes):
                (folder / name).write_bytes(content)
            else:
                (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in files]


def _encoded(contents):
    return {name: (svg, base64.b64encode(png).decode()) for name, (svg, png) in plots.drawn(contents).items()}
