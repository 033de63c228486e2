"""Wires of which one part waits for another part are written as several wires.

They are no loops, bit by bit, but simulators that evaluate words take them for such: Verilator evaluates them again and
again until nothing changes, and warns of it (UNOPTFLAT). They come from fields of one structure, and from names that
Yosys merges: a code becomes the lower bits of the number that has its sign in front.
"""

import re

from .word_circles import MODULE, USE, WIRE, Bits, WordModule, word_modules

__all__ = ["apart"]


def apart(verilog: str) -> str:
    """The same design, in which no part of a wire waits for another part of it.

    Parameters
    ----------
    verilog : str
        As Yosys writes it.

    Returns
    -------
    str
        Modules without such wires are as they were, and so are all ports.
    """
    modules = word_modules(verilog)
    return MODULE.sub(lambda match: _written(modules[match[1]]), verilog)


def _written(module: WordModule) -> str:
    """A module with a wire for each part, of which outputs are put together."""
    parts = module.parts
    if not parts:
        return module.text
    names = _names(module)

    def used(match: re.Match[str]) -> str:
        (bits,) = module.uses(match[0])
        if bits.wire not in parts:
            return match[0]
        found = []
        for part in reversed(parts[bits.wire]):
            low, high = max(bits.low, part.low) - part.low, min(bits.high, part.high) - part.low
            if low < high:
                chosen = "" if high - low == part.width else f"[{high - 1}:{low}]" if high - low > 1 else f"[{low}]"
                found.append(names[part] + chosen)
        return found[0] if len(found) == 1 else f"{{ {', '.join(found)} }}"

    outputs = [name for name in module.ports("output") if name in parts]
    lines, in_function = [], False
    for line in module.text.splitlines():
        in_function = line.startswith("  function ") or (in_function and line != "  endfunction")
        wire = WIRE.match(line)
        if wire and wire[2] in parts:
            lines += [line] if wire[2] in outputs else []
            lines += [_declaration(names[part], part) for part in parts[wire[2]]]
        elif line == "endmodule":
            lines += [f"  assign {name} = {USE.sub(used, name)};" for name in outputs] + [line]
        elif in_function or line.startswith(("module ", "  input ", "  output ", "  wire ", "  reg ")):
            lines.append(line)
        else:
            lines.append(USE.sub(used, line))
    return "\n".join(lines)


def _declaration(name: str, part: Bits) -> str:
    return f"  wire [{part.width - 1}:0] {name};" if part.width > 1 else f"  wire {name};"


def _names(module: WordModule) -> dict[Bits, str]:
    """A new name for each part, which says its bits."""
    taken = {bits.wire for bits in module.uses(module.text)}
    names: dict[Bits, str] = {}
    for part in (part for parts in module.parts.values() for part in parts):
        name = f"{part.wire}_{part.high - 1}" + (f"_{part.low}" if part.width > 1 else "")
        while name in taken:
            name += "_"
        taken.add(name)
        names[part] = f"{name} " if name.startswith("\\") else name
    return names
