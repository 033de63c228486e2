"""The explanation as one HTML page: a chart, a table, and what its columns say. It needs nothing beside it."""

import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any

from lowtide.common.folders import cache_folder
from lowtide.common.store import digest, stored

__all__ = ["page"]

TEMPLATE = Path(__file__).with_name("page.html")
_SNIPPET = "window.lowtideEmbed = vegaEmbed;"


def page(
    title: str,
    facts: str,
    headings: Mapping[str, str],
    rows: Sequence[Sequence[str]],
    total: Sequence[str],
    spec: Mapping[str, Any],
) -> str:
    """The page.

    Parameters
    ----------
    title, facts : str
    headings : mapping of str to str
        The table's columns and what they say.
    rows : sequence of sequence of str
    total : sequence of str
        The last row.
    spec : mapping
        The chart, in Vega-Lite.

    Raises
    ------
    ValueError
        The library that holds Vega-Lite is not installed.
    """
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise ValueError("vl-convert-python is not installed, allowed is: pip install 'lowtide[compile]'") from None
    versions = vl_convert.get_vega_version(), vl_convert.get_vega_embed_version(), vl_convert.get_vegalite_versions()
    path = cache_folder() / "charts" / f"embed-{digest(versions, _SNIPPET)}.js"  # takes seconds to make
    lines = [_row("th", headings), *(_row("td", row) for row in rows), _row("td", total, ' class="all"')]
    meanings = "\n".join(
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(meaning)}</dd>" for name, meaning in headings.items()
    )
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=html.escape(title),
        facts=html.escape(facts),
        table="<table>\n" + "\n".join(lines) + "\n</table>",
        meanings=meanings,
        spec=json.dumps(spec, separators=(",", ":")).replace("</", "<\\/"),
        script=stored(
            path, lambda place: place.write_text(vl_convert.javascript_bundle(_SNIPPET), encoding="utf-8")
        ).read_text(encoding="utf-8"),
    )


def _row(tag: str, cells: Sequence[str] | Mapping[str, str], more: str = "") -> str:
    return f"<tr{more}>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"
