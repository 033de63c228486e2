"""A property of the skews: line i is i cycles later, counted in cycles in which the engine does not stand still."""

import re

from lowtide.hw import ArrayConfig

from .property import Property, modules_of

__all__ = ["skew_properties"]


def skew_properties(config: ArrayConfig, text: str) -> list[Property]:
    """Of the skews at both edges and of the readout, where they have several lines. Large ones, which are made of
    blocks, are left out. text: the engine's Verilog."""
    known, found = modules_of(text), []
    for unit, lines in (("west_skew", config.rows), ("north_skew", config.cols), ("readout_skew", config.rows)):
        module = known.get(f"{config.name}_{unit}", "")
        if lines > 1 and f"from_lane_{lines - 1};" in module:
            width = (int(re.search(r"input \[(\d+):0\] i;", module)[1]) + 1) // lines
            found.append(
                Property(
                    name=f"{config.name}_{unit}_delays",
                    statement="line i of what comes out is line i of what came in, i moving cycles before",
                    config=config,
                    unit=unit,
                    monitor=_monitor(lines, width),
                )
            )
    return found


def _monitor(lines, width):
    """A line of registers for each line; after so many moving cycles they and the unit's registers must agree."""
    declared, moved, claims = [], [], []
    for line in range(lines):
        before = f"i[{(line + 1) * width - 1}:{line * width}]"
        for stage in range(1, line + 1):
            name, low = f"m_{line}_{stage}", (line - stage) * width
            declared.append(f"  reg [{width - 1}:0] {name};\n")
            moved.append(f"      {name} <= {before};\n")
            claims.append(
                f"    if (m_moves >= {stage}) assert(from_lane_{stage}[{low + width - 1}:{low}] == {name});\n"
            )
            before = name
        claims.append(f"    if (m_moves >= {line}) assert(o[{(line + 1) * width - 1}:{line * width}] == {before});\n")
    return (
        f"  reg [7:0] m_moves;\n{''.join(declared)}  always @(posedge clk) begin\n"
        f"    if (rst) m_moves <= 0; else if (en && m_moves < {lines}) m_moves <= m_moves + 1;\n"
        f"    if (en) begin\n{''.join(moved)}    end\n  end\n  always @* begin\n{''.join(claims)}  end\n"
    )
