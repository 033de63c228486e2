"""``python -m lowtide.sim``: says which of the tools that simulation needs are there; exit status 2 where one is
missing."""

import importlib.util
import sys

from lowtide.common.command_line import Parser, run

from .toolchain import ToolMissing, find_verilator, require_system_tools


def main(arguments):
    """Say which of the tools that simulation needs are there."""
    Parser(prog="python -m lowtide.sim", description=main.__doc__).parse_args(arguments)
    try:
        require_system_tools()
        print("g++, make and perl: found")
        print(f"Verilator: {find_verilator().origin}")
        if importlib.util.find_spec("cocotb") is not None:
            import find_libpython

            if find_libpython.find_libpython() is None:
                raise ToolMissing("libpython not found, cocotb needs it; on Debian: apt-get install libpython3-dev")
            print("cocotb: can embed Python")
    except ToolMissing as error:
        raise ValueError(error) from None


def command(arguments=None):
    """The command line. Returns the exit status: 0 or 2 (a tool is missing)."""
    return run(main, arguments)


if __name__ == "__main__":
    sys.exit(command())
