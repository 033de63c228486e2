"""Properties of the term selector of kind `term`, against a statement of its own: terms in falling order.

The order of terms is that of the published design: the higher exponent first, of equal ones the lower index. The *rank*
of a term is the number of terms before it. What a window's lane j shows is the term of rank j; what is left are the
terms whose rank is not below the number of lanes. From one step to the next the selector keeps what is left.
"""

from lowtide.hw import ArrayConfig
from lowtide.hw.logic.term_encoder import positions
from lowtide.hw.pe.term.lane_rules import window_lanes, window_values
from lowtide.hw.pe.term.window_selector import term_layout

from .property import Property

__all__ = ["selector_properties"]


#: Small selectors: what a solver needs grows fast with the number of digits, and the logic is the same.
SMALL = tuple(
    ArrayConfig(
        name=f"term_g{group}_l{lanes}_w{width}", kind="term", rows=1, cols=1, group=group, lanes=lanes, w_width=width
    )
    for group, lanes, width in ((2, 3, 3), (3, 2, 3), (4, 4, 4))
)


def selector_properties(config: ArrayConfig) -> list[Property]:
    """Of one window, and of the registers around it. For configurations without dedicated lanes."""
    return [
        Property(
            name=f"{config.name}_sorted_terms",
            config=config,
            unit="window_selector",
            statement=f"{window_lanes(config)} lanes, {window_values(config)} values of {positions(config)} "
            "digits: lane j shows the term of rank j if it is on and there is one; left are those of higher ranks",
            monitor=_window(config),
        ),
        Property(
            name=f"{config.name}_terms_stay",
            config=config,
            unit="term_selector",
            statement="a load takes the digits that come in; a step without one leaves what the window leaves; "
            "otherwise nothing changes",
            monitor=_registers(config),
            free=("window_selector",),
        ),
    ]


def _window(config: ArrayConfig) -> str:
    """Ranks by counting, lane by lane."""
    values, exponents, lanes = window_values(config), positions(config), window_lanes(config)
    bits = (values * exponents).bit_length() + 1
    layout = {name: (field.offset, field.width) for name, field in term_layout(config)}
    size = term_layout(config).size
    order = [(exponent, value) for exponent in reversed(range(exponents)) for value in range(values)]

    def digit(exponent: int, value: int) -> str:
        return f"nonzero[{exponent * values + value}]"

    lines = [f"  wire [{bits - 1}:0] rank_0 = 0;"]  # rank_N: how many terms come before digit N
    lines += [
        f"  wire [{bits - 1}:0] rank_{number} = rank_{number - 1} + {digit(*order[number - 1])};"
        for number in range(1, len(order))
    ]
    total = f"(rank_{len(order) - 1} + {digit(*order[-1])})"
    lines.append("  always @* begin")

    def part(lane: int, name: str) -> str:
        low = lane * size + layout[name][0]
        return f"terms[{low + layout[name][1] - 1}:{low}]"

    for lane in range(lanes):
        lines.append(f"    assert({part(lane, 'valid')} == (lanes[{lane}] && {total} > {lane}));")
        lines.append(f"    if (!{part(lane, 'valid')}) assert(!{part(lane, 'negative')});")
        for number, (exponent, value) in enumerate(order):
            shown = f"{part(lane, 'exponent')} == {exponent} && {part(lane, 'index')} == {value}"
            sign = f"{part(lane, 'negative')} == negative[{exponent * values + value}]"
            lines.append(
                f"    if ({part(lane, 'valid')} && {digit(exponent, value)} && rank_{number} == {lane}) "
                f"assert({shown} && {sign});"
            )
    for number, (exponent, value) in enumerate(order):
        lines.append(
            f"    assert(after[{exponent * values + value}] == ({digit(exponent, value)} && rank_{number} >= {lanes}));"
        )
    missed = " || ".join(f"({total} > {lane} && !lanes[{lane}])" for lane in range(lanes))
    lines += [f"    assert(left == (|after || {missed}));", "  end", ""]
    return "\n".join(lines)


def _registers(config: ArrayConfig) -> str:
    """What is left after a cycle: of the load, of the step, or as it was."""
    values, exponents = config.group, positions(config)
    planes = ", ".join(
        f"{{}}[{value * exponents + exponent}]"
        for exponent in reversed(range(exponents))
        for value in reversed(range(values))
    )  # what comes in lies value by value
    lines = [
        "  reg m_load, m_step, m_begun;",
        f"  reg [{values * exponents - 1}:0] m_loaded, m_after, m_signs, m_was, m_kept;",
        f"  wire [{values * exponents - 1}:0] m_left, m_negative;",
    ]
    for exponent in range(exponents):
        low, high = exponent * values, exponent * values + values - 1
        lines += [
            f"  assign m_left[{high}:{low}] = left_{exponent};",
            f"  assign m_negative[{high}:{low}] = negative_{exponent};",
        ]
    lines += [
        "  always @(posedge clk) begin",
        "    m_begun <= ~rst; m_load <= load & en; m_step <= step & en;",
        "    m_loaded <= {" + planes.replace("{}", "nonzero") + "};",
        "    m_signs <= load & en ? {" + planes.replace("{}", "negative") + "} : m_negative; m_was <= m_left;",
        "    m_after <= window_0_after;",
        "  end",
        "  always @* if (m_begun) begin",
        "    assert(m_left == (m_load ? m_loaded : m_step ? m_after : m_was));",
        "    assert(m_negative == m_signs);",
        "  end",
        "",
    ]
    return "\n".join(lines)
