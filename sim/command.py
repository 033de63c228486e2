"""``lowtide tools``: says which of the tools that simulation needs are there; exit status 2 where one is missing."""

import importlib.util

from lowtide.common.command_line import entry

from .verilator.toolchain import ToolMissing, find_verilator, require_system_tools

__all__ = ["tools"]


@entry()
def tools() -> None:
    """Say which of the tools that simulation needs are there; exit status 2 where one is missing."""
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
