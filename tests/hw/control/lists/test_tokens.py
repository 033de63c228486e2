"""Tokens: none is lost, none is taken that was not given, each pair of engines has its own. Proved by induction."""

import pytest

from lowtide.hw.control.lists.tokens import ENGINES, Tokens

from induction import holds

RING = {taker: {"a": ENGINES[(n + 1) % 3], "b": ENGINES[(n + 2) % 3]} for n, taker in enumerate(ENGINES)}


def rule(taker, side):
    """What the taker may take of one side, and what is there, beside a count of one's own, from the definition."""
    giver = RING[taker][side]
    (given_as,) = (name for name, engine in RING[giver].items() if engine == taker)
    return f"""
  reg [9:0] m_count;
  wire [9:0] m_taken = {taker}_begins ? {taker}_take_{side} : 0;
  wire [9:0] m_given = {giver}_ends ? {giver}_give_{given_as} : 0;
  reg m_begun;
  always @(posedge clk) m_begun <= {taker}_begins & ~clear & ~rst;
  always @(posedge clk) m_count <= (rst | clear) ? 0 : m_count - m_taken + m_given;
  always @* if ({taker}_begins) assume({taker}_allowed && !m_begun);
  always @* if ({giver}_overflows) assume(clear | rst);
  always @* assert(m_count <= 255 && m_count + gone_{giver}_to_{taker} == tokens_{giver}_to_{taker});
  always @* if (!m_begun) assert(gone_{giver}_to_{taker} == 0);
  always @* if ({taker}_allowed && !m_begun) assert(m_count >= {taker}_take_{side});
  always @* if (m_count + m_given > 255) assert({giver}_overflows);
"""


@pytest.mark.parametrize("side", "ab")
@pytest.mark.parametrize("taker", ENGINES)
def test_a_counter_is_what_was_given_less_what_was_taken(taker, side):
    assert holds(Tokens("tokens"), rule(taker, side)) is True


def test_nothing_is_refused_that_is_there():
    counts = [f"{giver}_to_{taker}" for taker in ENGINES for giver in RING[taker].values()]
    monitor = "".join(
        f"  always @* assert({taker}_allowed == (tokens_{RING[taker]['a']}_to_{taker} >= {taker}_take_a"
        f" && tokens_{RING[taker]['b']}_to_{taker} >= {taker}_take_b));\n"
        for taker in ENGINES
    )
    none = " && ".join(f"!total_{count}[8]" for count in counts)
    monitor += f"  always @* if ({none}) assert(!(load_overflows | exec_overflows | store_overflows));\n"
    assert holds(Tokens("tokens"), monitor) is True


def test_the_proof_can_fail():
    """A counter that the wrong engine fills."""

    def change(text):
        old = next(line for line in text.splitlines() if "store_give_b" in line and "+" in line)
        return text.replace(old, old.replace("store_give_b", "store_give_a"))

    assert any(holds(Tokens("tokens"), rule(taker, side), change=change) is False for taker in ENGINES for side in "ab")
