"""The Verilog of a design with the stand-in of its PE: the text of one module is another, and nothing else.

A stand-in (:meth:`lowtide.hw.pe.kind.configured.Configured.stand_in`) is for simulation: same module name, ports,
registers and cycles, less to evaluate. That it does the same as the PE that is shipped, for all inputs and registers,
is proved of these two texts by :mod:`lowtide.formal.proofs.arithmetic.stand_in`.
"""

import re
from dataclasses import fields

from ..config.array_config import ArrayConfig
from .verilog import verilog

__all__ = ["module_text", "pe_text", "stand_in_of", "told", "with_stand_in"]


def stand_in_of(config: ArrayConfig) -> ArrayConfig:
    """The configuration of an array's stand-in; ``ValueError`` where there is none."""
    found = config.pe.stand_in(config)
    if found is None:
        raise ValueError(
            f"stand_in is True, allowed is False for the array {config.name}: for its PE, of kind {config.kind}, there "
            "is no other one that does the same in every cycle"
        )
    return found


def told(config: ArrayConfig) -> str:
    """In which fields the stand-in of an array is another, in words; ``ValueError`` where there is none."""
    other = stand_in_of(config)
    pairs = ((each.name, getattr(other, each.name), getattr(config, each.name)) for each in fields(config))
    return ", ".join(f"{name} is {new} in place of {old}" for name, new, old in pairs if new != old)


def pe_text(config: ArrayConfig) -> str:
    """The module of an array's PE, as it stands in the array's Verilog."""
    unit = config.pe.processing_element(config)
    return module_text(verilog(unit), unit.name)


def module_text(text: str, name: str) -> str:
    """The module of that name in Verilog as Lowtide writes it; ``ValueError`` where it is not there once."""
    found = re.findall(rf"^module {re.escape(name)}\(.*?^endmodule\n", text, flags=re.M | re.S)
    if len(found) != 1:
        raise ValueError(f"the Verilog has {len(found)} modules {name}, needed is one")
    (module,) = found
    return str(module)


def with_stand_in(text: str, config: ArrayConfig) -> str:
    """Verilog of an array, or of what it is part of, with the stand-in's module in place of its PE's.

    Raises
    ------
    ValueError
        The array has no stand-in, or the text has no PE of it.
    """
    stand_in = pe_text(stand_in_of(config))
    return text.replace(module_text(text, config.pe.processing_element(config).name), stand_in)
