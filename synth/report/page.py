"""The HTML page: the whole report in one file, pictures inside."""

import re

from markdown_it import MarkdownIt

__all__ = ["page"]

_STYLE = """
body { font: 15px/1.5 sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; font-size: 12px; display: block; overflow-x: auto; margin: 1em 0 }
th, td { padding: 2px 8px; border-bottom: 1px solid #ddd; white-space: nowrap }
th { background: #f4f4f4; position: sticky; top: 0 }
svg { max-width: 100%; height: auto }
"""


def page(text, pictures):
    """An HTML page of a Markdown text. pictures: dict of file name to SVG text, which replaces the link to it."""
    body = MarkdownIt("commonmark").enable("table").render(text)
    for name, svg in pictures.items():
        inside = svg[svg.index("<svg") :]
        body = re.sub(rf'<img src="{re.escape(name)}"[^>]*>', lambda _, inside=inside: inside, body)
    title = re.search(r"<h1>(.*?)</h1>", body)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title[1] if title else "report"}'
        f"</title><style>{_STYLE}</style></head><body>\n{body}</body></html>\n"
    )
