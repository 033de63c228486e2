"""The options of a search at random."""

from collections.abc import Callable
from typing import Any

import click

from lowtide.common.options import Integer, OneOf, jobs_option, output_option, page_option
from lowtide.hw.pe import KINDS

__all__ = ["fuzz_options"]


def fuzz_options(of: str, folder: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Adds ``seed``, ``first``, ``count``, ``kind``, ``page``, ``output`` and ``jobs`` to a command.

    Parameters
    ----------
    of : str
        What a seed is of, in the help.
    folder : str
        Where results go to unless said otherwise.
    """
    options = [
        click.option("--seed", type=Integer(0), default=1, metavar="N", show_default=True, help=f"of {of}"),
        click.option(
            "--first", type=Integer(0), default=0, metavar="N", show_default=True, help="number of the first one"
        ),
        click.option("--count", type=Integer(1), default=1000, metavar="N", show_default=True, help="how many"),
        click.option("--kind", type=OneOf(KINDS), metavar="KIND", help="only those of this kind of PE"),
        page_option(),
        output_option(folder),
        jobs_option(),
    ]

    def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options
