"""Options that several sub-commands have, and the types of their values.

Messages about values are the library's: ``field is value, allowed are ...``.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from .jobs import VARIABLE, default_jobs
from .shown import shown

__all__ = ["Integer", "Names", "OneOf", "OutputPath", "jobs_option", "names_argument", "output_option", "page_option"]

#: Names that a value can have, or a function that gives them when they are needed.
Allowed = Iterable[str] | Callable[[], Iterable[str]]


def _field(param: click.Parameter | None) -> str:
    """The name that a message gives to a value: that of its option, as in Python."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len).lstrip("-").replace("-", "_")
    return "value" if param is None or param.name is None else param.name


def _listed(allowed: Allowed | None) -> list[str] | None:
    return None if allowed is None else list(allowed() if callable(allowed) else allowed)


class Integer(click.ParamType):
    """An integer from ``least`` to ``most``; None: without a bound."""

    name = "integer"

    def __init__(self, least: int | None = None, most: int | None = None) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The integer that a text is. Raises ``ValueError``."""
        try:
            number = int(value)
        except ValueError:
            raise ValueError(f"{_field(param)} is {shown(value)}, allowed are {self._range()}") from None
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise ValueError(f"{_field(param)} is {shown(number)}, allowed are {self._range()}")
        return number

    def _range(self) -> str:
        if self.least is None:
            return "integers"
        return f"{self.least} and more" if self.most is None else f"{self.least} to {self.most}"


class OneOf(click.ParamType):
    """One of some names."""

    name = "name"

    def __init__(self, allowed: Allowed) -> None:
        self.allowed = allowed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name, if it is one of those. Raises ``ValueError``."""
        if value not in (allowed := _listed(self.allowed) or []):
            raise ValueError(f"{_field(param)} is {shown(value)}, allowed are {', '.join(allowed)}")
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin so."""
        return [CompletionItem(name) for name in _listed(self.allowed) or [] if name.startswith(incomplete)]


class Names(click.ParamType):
    """Several names with commas or spaces between, each once: a tuple. Any names where none are ``allowed``."""

    name = "names"

    def __init__(self, allowed: Allowed | None = None) -> None:
        self.allowed = allowed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names in a text. Raises ``ValueError``."""
        if isinstance(value, tuple):
            return value
        names = tuple(dict.fromkeys(value.replace(",", " ").split()))
        if not names:
            raise ValueError(f"{_field(param)} is {shown(value)}, allowed are names with commas between")
        if (allowed := _listed(self.allowed)) is not None:
            for name in names:
                if name not in allowed:
                    raise ValueError(f"{_field(param)} is {shown(name)}, allowed are {', '.join(allowed)}")
        return names

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that the last one can become."""
        before, comma, last = incomplete.rpartition(",")
        names = _listed(self.allowed) or []
        return [CompletionItem(before + comma + name) for name in names if name.startswith(last)]


class OutputPath(click.ParamType):
    """A folder or a file to write: a path, of any text but none."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path that a text is. Raises ``ValueError``."""
        if not str(value):
            raise ValueError(f"{_field(param)} is '', allowed are names of folders and files")
        return Path(value)


def output_option(default: str, holds: str = "") -> Callable[[Any], Any]:
    """``-o/--output DIR``. holds: what the folder is for, where that is not plain."""
    said = f"folder {holds} (default: {default})" if holds else f"folder (default: {default})"
    return click.option("-o", "--output", type=OutputPath(), metavar="DIR", default=default, help=said)


def page_option() -> Callable[[Any], Any]:
    """``--page FILE``: a page of the documents that a target writes, see :func:`lowtide.common.output.write_page`."""
    return click.option(
        "--page", type=OutputPath(), metavar="FILE", help="write the Markdown there as well, its pictures beside it"
    )


def jobs_option(what: str = "processes") -> Callable[[Any], Any]:
    """``--jobs N``, by default as many as :func:`lowtide.common.jobs.default_jobs` says."""
    said = f"{what} at a time (default: {VARIABLE}, else one a core)"
    return click.option("--jobs", type=Integer(1), default=default_jobs, metavar="N", help=said)


def names_argument(field: str, known: Allowed, metavar: str) -> Callable[[Any], Any]:
    """Any number of positional names. The shell completes those of ``known``; the command itself refuses others."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        return [name for name in _listed(known) or [] if name.startswith(incomplete)]

    return click.argument(field, nargs=-1, metavar=f"[{metavar}]...", shell_complete=complete)
