"""What every entry of the project shares: one clear line for bad input and for Ctrl-C, and the exit status."""

import argparse
import sys
import warnings
from pathlib import Path

__all__ = ["INTERRUPTED", "Parser", "output_path", "run"]

INTERRUPTED = 130  #: exit status of a program that Ctrl-C ended


class Parser(argparse.ArgumentParser):
    """An argument parser that raises ``ValueError`` for bad arguments, so that they are reported as any bad input."""

    def error(self, message):
        raise ValueError(f"{message} (see --help)")


def output_path(text):
    """The type of options that name a folder or a file to write: a path, of any text but none."""
    if not text:
        raise argparse.ArgumentTypeError("is '', allowed are names of folders and files")
    return Path(text)


def run(main, arguments=None, *, failures=(), interrupted="interrupted"):
    """Call ``main(arguments)`` and return its exit status, 0 where it returns None.

    A ``ValueError`` is bad input, and so is a path that cannot be read or written: one line and status 2. An exception
    of ``failures`` is a tool or a check that failed: its message and status 1. Ctrl-C: the line ``interrupted`` and
    status 130.
    """
    try:
        return main(arguments) or 0
    except KeyboardInterrupt:
        return _ended(interrupted, INTERRUPTED)
    except failures as error:
        return _ended(f"error: {error}", 2 if isinstance(error, ValueError) else 1)
    except ValueError as error:
        line = str(error)
    except OSError as error:
        if error.filename is None:
            raise
        line = f"{error.filename}: {error.strerror.lower()}"
    return _ended(f"error: {' '.join(line.splitlines())}", 2)


def _ended(line, status):
    """Print a line; nothing follows it, such as warnings of Amaranth about hardware that was not finished."""
    warnings.simplefilter("ignore")
    print(line, file=sys.stderr)
    return status
