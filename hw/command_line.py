"""What every entry of the project shares: one clear line for bad input, and the exit status."""

import argparse
import sys

__all__ = ["Parser", "run"]


class Parser(argparse.ArgumentParser):
    """An argument parser that raises ``ValueError`` for bad arguments, so that they are reported as any bad input."""

    def error(self, message):
        raise ValueError(f"{message} (see --help)")


def run(main, arguments=None, *, failures=()):
    """Call ``main(arguments)`` and return its exit status, 0 where it returns None.

    A ``ValueError`` is bad input: one line and status 2. An exception of ``failures`` is a tool or a check that failed:
    one line and status 1.
    """
    try:
        return main(arguments) or 0
    except (ValueError, *failures) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 1
