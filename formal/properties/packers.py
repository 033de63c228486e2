"""A property of the limb packers of `fused` with 16-bit operands: a beat's values stay for all of its rounds."""

import re

from lowtide.hw import ArrayConfig

from .property import Property, modules_of

__all__ = ["packer_properties"]


def packer_properties(config: ArrayConfig, text: str) -> list[Property]:
    """Of both packers; none where the engine has no packers that keep values. text: the engine's Verilog."""
    known, found = modules_of(text), []
    for side, unit in (("x", "west_packer"), ("w", "north_packer")):
        if not re.search(r"\breg .*\bkept;", known.get(f"{config.name}_{unit}", "")):
            continue
        width = getattr(config, f"{side}_width")
        monitor = (
            f"  reg m_loaded;\n  reg [{width - 1}:0] m_values;\n  always @(posedge clk) begin\n"
            "    m_loaded <= ~rst & (m_loaded | (en & control[0]));\n"
            f"    if (en & control[0]) m_values <= values[{width - 1}:0];\n  end\n"
            "  always @* begin\n    if (m_loaded) assert(kept == m_values);\n"
            f"    if (control[0]) assert(value == values[{width - 1}:0]);\n"
            "    else if (m_loaded) assert(value == m_values);\n  end\n"
        )
        found.append(
            Property(
                name=f"{config.name}_{unit}_keeps",
                config=config,
                unit=unit,
                monitor=monitor,
                statement="the values of a beat's first round are those of all its rounds",
            )
        )
    return found
