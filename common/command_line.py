"""What every sub-command of ``lowtide`` shares: one clear line for bad input and for Ctrl-C, and the exit status.

A sub-command is a function with click's options, made one by :func:`entry`; its room's ``command.py`` holds it. It
returns None or its exit status. :func:`run` runs a command, or a group of them, as the shell would.
"""

import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

__all__ = ["INTERRUPTED", "SETTINGS", "Entry", "entry", "run", "typed"]

INTERRUPTED = 130  #: exit status of a program that Ctrl-C ended
BAD_INPUT = 2
#: Of click: names of the help option, and the most columns of its text.
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 140}


class Ended(click.ClickException):
    """A command that ended early: the line to be printed and the exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Entry(click.Command):
    """A sub-command.

    Parameters
    ----------
    failures : tuple of exception types
        Raised where a tool or a check failed: the message is printed, the status is 1, or 2 for a ``ValueError``.
    interrupted : str
        The line that is printed at Ctrl-C.
    """

    def __init__(
        self,
        *arguments: Any,
        failures: tuple[type[Exception], ...] = (),
        interrupted: str = "interrupted",
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **{"context_settings": SETTINGS} | options)
        self.failures = failures
        self.interrupted = interrupted

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its failures and Ctrl-C become :class:`Ended`."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Ended(self.interrupted, INTERRUPTED) from None
        except self.failures as error:
            raise Ended(f"error: {error}", BAD_INPUT if isinstance(error, ValueError) else 1) from error


def entry(**options: Any) -> Callable[[Callable[..., int | None]], Entry]:
    """Decorator that makes a function a sub-command. ``options`` are those of :class:`Entry`."""
    return click.command(cls=Entry, **options)


#: Parameters that do not decide what comes out: where it is written, and how much runs at a time.
_ELSEWHERE = ("output", "page", "jobs", "experiments")


def typed() -> str:
    """What a reader types to make the same again, for a page: the sub-command that runs, with the arguments that were
    given and decide what comes out. Files are named without their folders.
    """
    context = click.get_current_context()
    words = ["lowtide", str(context.command.name)]
    for param in context.command.params:
        given = context.get_parameter_source(str(param.name)) is ParameterSource.COMMANDLINE
        if not given or param.name in _ELSEWHERE:
            continue
        value = context.params[str(param.name)]
        if isinstance(param, click.Argument):
            words += map(str, value)
        elif value is True:
            words.append(max(param.opts, key=len))
        else:
            shown = ",".join(map(str, value)) if isinstance(value, tuple) else Path(str(value)).name
            words += [max(param.opts, key=len), shown]
    return " ".join(words)


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command with arguments, by default those of the process, and return its exit status.

    0 where it returns nothing, else what it returns. A ``ValueError`` is bad input, and so is a path that cannot be
    read or written, or an option that does not exist: one line and status 2. Ctrl-C: one line and status 130.
    """
    try:
        return command.main(arguments, prog_name="lowtide", standalone_mode=False) or 0
    except Ended as error:
        return _ended(error.message, error.status)
    except click.Abort:  # Ctrl-C before the sub-command began
        return _ended("interrupted", INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "lowtide"
        line = f"{error.format_message().rstrip('.')} (see {path} --help)"
    except ValueError as error:
        line = str(error)
    except OSError as error:
        if error.filename is None:
            raise
        line = f"{error.filename}: {(error.strerror or str(error)).lower()}"
    return _ended(f"error: {' '.join(line.splitlines())}", BAD_INPUT)


def _ended(line: str, status: int) -> int:
    """Print a line; nothing follows it, such as warnings of Amaranth about hardware that was not finished."""
    warnings.simplefilter("ignore")
    print(line, file=sys.stderr)
    return status
