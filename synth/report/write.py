"""Writes the report: ``report.html``, ``report.md``, ``report.json``, pictures as SVG and PNG, and below ``verilog``
what was priced; and beside it, because it differs from machine to machine, ``effort.json`` and ``effort.md``."""

import base64
import json
from dataclasses import asdict
from pathlib import Path

from lowtide.common.output import output_folder

from ..designs.design import pe_design
from ..flow.store import digest, made
from .contents import Contents
from .diagrams import diagrams
from .document import Picture
from .markdown import markdown
from .needs import kind_areas
from .page import page
from .pe_tables import effort_document
from .pictures import SOURCES, drawn
from .sections import document
from .texts import CAPTIONS

__all__ = ["KINDS_FILE", "write"]

KINDS_FILE = "kinds.json"  #: what each kind takes, which the table of kinds in README is made of


def write(contents: Contents, folder: str | Path) -> list[Path]:
    """Write everything into ``folder``, which is made where it is not there; returns the paths.

    Raises
    ------
    ValueError
        The folder cannot be written to: one line.
    """
    folder = Path(folder)
    configs = contents.wanted.modes + contents.wanted.wide
    stated = json.dumps(contents.as_dict(), indent=1, allow_nan=False) + "\n"
    pictures = made("pictures", digest(stated, *(path.read_text() for path in SOURCES)), lambda: _encoded(contents))
    kinds = diagrams(dict.fromkeys(config.kind for config in configs))
    shown = {of: [Picture(name, CAPTIONS[of]) for name in mine] for of, mine in pictures.items()}
    shown["kinds"] = [Picture(name, said) for name, (said, _) in kinds.items()]
    report = document(contents, shown, {config.name: f"verilog/{config.name}.v" for config in configs})
    files_of = {name: each for mine in pictures.values() for name, each in mine.items()}
    svgs = {name: svg for name, (svg, _) in files_of.items()} | {name: svg for name, (_, svg) in kinds.items()}
    files: dict[str, str | bytes] = {
        "report.html": page(report, svgs),
        "report.md": markdown(report),
        "report.json": stated,
        KINDS_FILE: json.dumps(kind_areas(contents), indent=1) + "\n",
        "effort.json": json.dumps([asdict(each) for each in contents.effort], indent=1) + "\n",
        "effort.md": markdown(effort_document(contents.effort)),
    }
    files |= {f"{name}.svg": svg for name, svg in svgs.items()}
    files |= {f"{name}.png": base64.b64decode(png) for name, (_, png) in files_of.items()}
    files |= {f"verilog/{config.name}.v": pe_design(config).verilog() for config in configs}
    with output_folder(folder / "verilog"):
        for name, content in files.items():
            if isinstance(content, bytes):
                (folder / name).write_bytes(content)
            else:
                (folder / name).write_text(content, encoding="utf-8")
    return [folder / name for name in files]


def _encoded(contents: Contents) -> dict[str, dict[str, list[str]]]:
    return {
        of: {name: [svg, base64.b64encode(png).decode()] for name, (svg, png) in mine.items()}
        for of, mine in drawn(contents).items()
    }
