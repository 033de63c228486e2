"""The runs of a copy by their definition: base and index times pitch in each of three dimensions, each run once. Proved
by induction, for any base and any pitch, forward or backward, up to three runs in a dimension."""

import pytest

from lowtide.common.records.kinds import Load
from lowtide.hw.config.machines import MACHINES
from lowtide.hw.control.movers.runs import STEADY, Runs, run_layout
from lowtide.hw.control.record_words import record_layout

from bit_fields import bits_of
from induction import holds

TINY = MACHINES["tiny"]
DIMENSIONS = (1, 2, 3)


def monitor(what):
    """Indices beside the unit, the outermost one slowest; each dimension begins where those outside of it are."""
    first = record_layout(Load)
    count = {number: bits_of(STEADY, f"count_{number}", "record") for number in DIMENSIONS}
    base = bits_of(first, what, "m_first")
    pitch = {"address": "pitch", "local": "local_pitch"}[what]
    width, places = run_layout(TINY)[what].width, ""  # what the run has of a number
    text = f"""
  reg m_begun;
  reg [{STEADY.size - 1}:0] m_record;
  reg [{first.size - 1}:0] m_first;
  always @(posedge clk) begin m_begun <= 1'b1; m_record <= record; if (\\begin ) m_first <= first; end
  always @* if (m_begun) assume(record == m_record);
  wire m_moves = run_valid & run_ready;
  always @* if (\\begin ) assume(!run_valid);
  reg [1:0] m_1, m_2, m_3;
  wire m_ends_1 = m_1 + 1 == {count[1]};
  wire m_ends_2 = m_ends_1 && m_2 + 1 == {count[2]};
  wire m_ends_3 = m_ends_2 && m_3 + 1 == {count[3]};
  always @(posedge clk)
    if (\\begin ) begin m_1 <= 0; m_2 <= 0; m_3 <= 0; end
    else if (m_moves) begin
      m_1 <= m_ends_1 ? 0 : m_1 + 1;
      if (m_ends_1) m_2 <= m_ends_2 ? 0 : m_2 + 1;
      if (m_ends_2) m_3 <= m_3 + 1;
    end
  reg m_was_last;
  always @(posedge clk) m_was_last <= m_moves & m_ends_3 & !rst;
  always @* if (m_begun && m_was_last) assert(!run_valid);
  always @* if (run_valid) begin
    assert({bits_of(run_layout(TINY), what, "run_data")} == {what}_1);
    assert({bits_of(run_layout(TINY), "last", "run_data")} == m_ends_3);
"""
    for number in DIMENSIONS:
        outer = f"{what}_{number + 1}" if number < DIMENSIONS[-1] else base
        step = bits_of(STEADY, f"{pitch}_{number}", "record")
        text += f"    assert(m_{number} < {count[number]} && left_{number} == {count[number]} - m_{number});\n"
        text += f"    assert(goes_on_{number} == (left_{number} != 1));\n"
        text += f"    assert({what}_{number} == m_{what}_{number});\n"
        places += f"  wire [{width - 1}:0] m_{what}_{number} = {outer} + m_{number} * {step};\n"
    text += "  end\n" + places
    for number in DIMENSIONS:
        given = bits_of(first, f"count_{number}", "first")
        text += f"  always @* assume({count[number]} >= 1 && {count[number]} <= 3);\n"
        text += f"  always @* if (\\begin ) assume({given} == {count[number]});\n"
    return text


@pytest.mark.parametrize("what", ["address", "local"])
def test_runs_lie_where_the_record_says_and_each_comes_once(what):
    assert holds(Runs(TINY), monitor(what)) is True


@pytest.mark.parametrize(
    "what, old, new",
    [("address", "left_2 <= ", "left_2 <= 1 + "), ("local", "local_3 <= ", "local_3 <= 1 + ")],
    ids=["runs in a dimension", "local place"],
)
def test_the_proof_can_fail(what, old, new):
    def change(text):
        assert old in text
        return text.replace(old, new)

    assert holds(Runs(TINY), monitor(what), steps=8, change=change) is False
