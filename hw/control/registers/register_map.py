"""The registers as `registers.rdl` states them: the file is compiled, and its fields become values."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["SOURCE", "Register", "RegisterField", "elaborated", "register_map"]

SOURCE = Path(__file__).with_name("registers.rdl")


@dataclass(frozen=True)
class RegisterField:
    """A field of a register.

    Parameters
    ----------
    name : str
        Register and field, the name of the machine's port for it.
    low, width : int
        Its lowest bit, and how many it has.
    reset : int
        Its value after a reset, and always where nothing can change it.
    stored : bool
        It has flip-flops.
    writable, readable : bool
        By software.
    pulse : bool
        It is 1 for a cycle when software writes 1.
    clears : bool
        Bits that software writes as 1 become 0.
    sets : bool
        The machine sets it.
    given : bool
        Its value is the machine's.
    meaning : str
        In a few words.
    """

    name: str
    low: int
    width: int
    reset: int
    stored: bool
    writable: bool
    readable: bool
    pulse: bool
    clears: bool
    sets: bool
    given: bool
    meaning: str


@dataclass(frozen=True)
class Register:
    """A register of 32 bits: name, address in bytes, what it is for, fields."""

    name: str
    address: int
    meaning: str
    fields: tuple[RegisterField, ...]


def elaborated() -> Any:
    """The address map as systemrdl-compiler has it.

    Raises
    ------
    ImportError
        systemrdl-compiler is not installed: the extra `machine` has it.
    """
    from systemrdl import RDLCompiler

    compiler = RDLCompiler()
    compiler.compile_file(str(SOURCE))
    return compiler.elaborate().top


@cache
def register_map() -> tuple[Register, ...]:
    """Every register, by its address."""
    from systemrdl.rdltypes import OnWriteType

    found = []
    for register in elaborated().registers(unroll=True):
        fields = [
            RegisterField(
                name=f"{register.inst_name}_{field.inst_name}",
                low=field.low,
                width=field.width,
                reset=field.get_property("reset") or 0,
                stored=field.implements_storage,
                writable=field.is_sw_writable,
                readable=field.is_sw_readable,
                pulse=field.get_property("singlepulse"),
                clears=field.get_property("onwrite") == OnWriteType.woclr,
                sets=field.get_property("hwset"),
                given=field.is_hw_writable,
                meaning=field.get_property("desc") or "",
            )
            for field in register.fields()
        ]
        found.append(
            Register(register.inst_name, register.absolute_address, register.get_property("desc"), tuple(fields))
        )
    return tuple(found)
