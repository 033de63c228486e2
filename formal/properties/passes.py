"""A property of the plane pairs of a bit-serial walk: a job passes over every pair of planes, each once, in order.

The order is written out, pair by pair, from its definition: pairs (i, j) in falling order of i + j, inside one sum in
falling order of i.
"""

from lowtide.hw import ArrayConfig

from .property import Property, field_bits, modules_of

__all__ = ["pass_properties"]

MOST_WIDTH = 8  #: of an operand: the list of pairs grows with the fourth power of it


def pass_properties(config: ArrayConfig, text: str) -> list[Property]:
    """None where the engine has no unit of plane pairs, or operands of more than :data:`MOST_WIDTH` bits. text: its
    Verilog."""
    unit = "plane_pairs"
    if f"{config.name}_{unit}" not in modules_of(text) or max(config.x_width, config.w_width) > MOST_WIDTH:
        return []
    return [
        Property(
            name=f"{config.name}_{unit}_each_once",
            statement="of operands of n and m planes, n m pairs are passed over, each once, in falling order of their "
            "weight; the last one, and only that, is reported as the last",
            config=config,
            unit=unit,
            monitor=_monitor(config),
        )
    ]


def _monitor(config: ArrayConfig) -> str:
    """How many pairs there were since the start, against the place of this pair in the list."""
    x_bits, w_bits = ((getattr(config, f"{side}_width") - 1).bit_length() for side in "xw")
    lines, width = [], x_bits + w_bits
    for top_x in range(config.x_width):
        for top_w in range(config.w_width):
            pairs = sorted(
                ((i, j) for i in range(top_x + 1) for j in range(top_w + 1)), key=lambda pair: (-sum(pair), -pair[0])
            )
            for place, (i, j) in enumerate(pairs):
                first = next(pair for pair in pairs if sum(pair) == i + j)
                at = "".join(
                    f"{value:0{bits}b}" for value, bits in ((top_x, x_bits), (top_w, w_bits), (i, x_bits), (j, w_bits))
                )
                stated = f"{first[0]:0{x_bits}b}{first[1]:0{w_bits}b}{int(place == len(pairs) - 1)}{place:08b}"
                lines.append(f"      {2 * width}'b{at}: m_stated = {width + 10}'b1{stated};\n")
    in_mode = {side: field_bits(f"{side}_bits") for side in "xw"}
    fits = " && ".join(f"{in_mode[side]} < {getattr(config, f'{side}_width')}" for side in "xw")
    return (
        f"  reg m_begun;\n  reg [7:0] m_before;\n  reg [{width + 9}:0] m_stated;\n"
        "  always @(posedge clk) begin\n    m_begun <= ~rst & (start | m_begun & ~m_end);\n"
        "    if (start) m_before <= 0; else if (step) m_before <= m_before + 1;\n  end\n"
        "  wire m_end = m_begun & step & last;\n"
        f"  always @* if (start) assume({fits});\n"
        "  always @* begin\n    case ({top_x, top_w, plane_x, plane_w})\n"
        + "".join(lines)
        + "      default: m_stated = 0;\n    endcase\n"
        "    if (m_begun) assert(m_stated == {1'b1, first_x, first_w, last, m_before});\n  end\n"
    )
