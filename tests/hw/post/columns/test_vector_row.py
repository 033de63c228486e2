"""Pooling, one row: the sum or the largest of a window, of values of every size, signed or not. Proved by induction.

Which value an atom holds, and what the window's values come to, is stated in Verilog from the definition, with `+`,
`>` and arithmetic of more bits than the unit has.
"""

import pytest

from lowtide.hw.config.machines import MACHINES
from lowtide.hw.memory.atoms import element_sizes
from lowtide.hw.post.columns.vector import VectorRow

from induction import holds

MACHINE = MACHINES["parallel_flex"]
MOST = 1 << 10  # taps of a window: the sum of so many values of 16 bits fits


def monitor(size, largest):
    """A window's value counted beside the unit; what comes in is anything that the unit's ports allow."""
    place = element_sizes(MACHINE).index(size)
    return f"""
  always @* assume(sizes == {1 << place} && largest == {int(largest)});
  always @* assume(offset % {size} == 0 && offset <= {MACHINE.atom_bits - size});
  wire [15:0] m_code = atom >> offset;
  wire m_sign = is_signed & m_code[{size - 1}];
  wire signed [16:0] m_value = {{{{{17 - size}{{m_sign}}}}, m_code[{size - 1}:0]}};
  reg [10:0] m_taps;
  reg signed [31:0] m_result;
  wire signed [31:0] m_combined = {"(m_value > m_result) ? m_value : m_result" if largest else "m_result + m_value"};
  wire signed [31:0] m_most = m_taps * 65535;
  wire signed [31:0] m_least = -(m_taps * 32768);
  always @(posedge clk)
    if (rst) m_taps <= 0;
    else if (en) begin
      m_taps <= first ? 1 : m_taps + 1;
      m_result <= first ? m_value : m_combined;
    end
  always @* if (m_taps == 0 && en) assume(first);
  always @* if (m_taps == {MOST} && en) assume(first);
  always @* if (m_taps != 0) begin
    assert(m_taps <= {MOST});
    assert(m_result <= m_most && m_result >= m_least);
    {"assert(m_result <= 65535 && m_result >= -32768);" if largest else ""}
    assert($signed(result) == m_result);
  end
"""


@pytest.mark.parametrize("largest", [False, True])
@pytest.mark.parametrize("size", element_sizes(MACHINE))
def test_a_window_has_its_sum_or_its_largest_value(size, largest):
    assert holds(VectorRow(MACHINE), monitor(size, largest)) is True


def test_the_proof_can_fail():
    """The sign of the smaller size for the larger one."""

    def change(text):
        old = "sizes[1] & "
        assert text.count(old) == 1
        return text.replace(old, "sizes[0] & ")

    assert holds(VectorRow(MACHINE), monitor(16, False), change=change) is False
