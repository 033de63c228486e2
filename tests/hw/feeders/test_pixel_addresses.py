"""The walker over pixels by its definition: where each pixel lies, how far taps may be away, where groups begin. Proved
by induction.

Row and column of the picture are counted beside the unit; addresses are sums of products, margins are differences.
Steps and bases are anything, pictures have up to seven rows and columns, a pixel may wait for ever.
"""

import pytest

from lowtide.hw.config.machines import MACHINES
from lowtide.hw.feeders.pixel_walker import WALKED, PixelWalker, pixel_layout
from lowtide.hw.memory.ports import address_bits, record_layout

from bit_fields import bits_of
from induction import holds

TINY = MACHINES["tiny"]
ROWS, BANK = TINY.rows, TINY.bank_bits
RECORD = record_layout(*WALKED)
OF = {name: bits_of(RECORD, name, "record") for name in WALKED}


def walk():
    """The pixel's row and column, and that the record stays as it is."""
    return f"""
  reg m_begun;
  reg [{RECORD.size - 1}:0] m_record;
  always @(posedge clk) begin m_begun <= 1'b1; m_record <= record; end
  always @* if (m_begun) assume(record == m_record);
  always @* assume({OF["out_rows"]} >= 1 && {OF["out_rows"]} <= 7);
  always @* assume({OF["out_columns"]} >= 1 && {OF["out_columns"]} <= 7);
  always @* if (start) assume(rows == 0);
  wire m_moves = pixel_valid & pixel_ready;
  reg [2:0] m_y, m_x;
  wire m_ends = m_x + 1 == {OF["out_columns"]};
  always @(posedge clk)
    if (start) begin m_y <= 0; m_x <= 0; end
    else if (m_moves) begin m_x <= m_ends ? 0 : m_x + 1; if (m_ends) m_y <= m_y + 1; end
  always @* if (pixel_valid) begin
    assert(m_y < {OF["out_rows"]} && m_x < {OF["out_columns"]});
    assert(rows == {OF["out_rows"]} - m_y && columns == {OF["out_columns"]} - m_x);
  end
"""


def linear(side, width, column_step):
    """The address in the input, or in the operand."""
    return f"""
  wire [{width - 1}:0] m_{side}_row = {OF[side + "_base"]} + m_y * {OF[side + "_row_step"]};
  wire [{width - 1}:0] m_{side} = m_{side}_row + m_x * {column_step};
  always @* if (pixel_valid) assert({side}_row == m_{side}_row && {side}_address == m_{side});
"""


def apart(width, together):
    """The address in the output, whose rows and columns are stored so many apart."""
    return f"""
  always @* assume({OF["out_apart"]} == {together});
  wire [{width - 1}:0] m_rows = {OF["out_base"]} + (m_y / {together}) * {OF["out_row_step"]};
  wire [{width - 1}:0] m_out_row = m_rows + (m_y % {together}) * {OF["out_row_phase"]};
  wire [{width - 1}:0] m_even = m_out_row + m_x / {together};
  wire [{width - 1}:0] m_out = m_even + (m_x % {together}) * {OF["out_column_phase"]};
  always @* if (pixel_valid) begin
    assert(phase_y == m_y % {together} && phase_x == m_x % {together});
    assert(out_rows_together == m_rows && out_row == m_out_row && out_even == m_even && out_address == m_out);
  end
"""


def margins(axis, size, stride):
    """How far taps may be away: as far as the picture goes, and as far as a tap can say."""
    first, last = (
        bits_of(pixel_layout(TINY, "in"), f"margins.{end}_d{axis}", "pixel_data") for end in ("first", "last")
    )
    return f"""
  wire signed [23:0] m_before_{axis} = m_{axis} * {stride};
  wire signed [23:0] m_after_{axis} = {size} - 1 - m_before_{axis};
  wire m_none_{axis} = m_after_{axis} < -128;
  wire signed [23:0] m_first_{axis} = m_none_{axis} ? 127 : (-m_before_{axis} < -128) ? -128 : -m_before_{axis};
  wire signed [23:0] m_last_{axis} = m_none_{axis} ? -128 : (m_after_{axis} > 127) ? 127 : m_after_{axis};
  always @* assume({size} >= 1);
  always @* if (pixel_valid) begin
    assert(place_{axis} == m_before_{axis} && $signed(rest_{axis}) == m_after_{axis});
    assert($signed({first}) == m_first_{axis} && $signed({last}) == m_last_{axis});
  end
"""


def groups(side, together):
    """A group ends where a pixel has not the bank that follows from the group's first one, and after R pixels."""
    top = f"{BANK - 1}:0"
    place = f"{{m_count[0], m_count[{BANK - 1}:1]}}" if together == 2 else f"m_count[{top}]"
    begins, last = (bits_of(pixel_layout(TINY, side), name, "pixel_data") for name in ("begins", "last"))
    return f"""
  reg m_new;
  reg [{BANK}:0] m_count;
  reg [{top}] m_first_in, m_first_out, m_first_operand;
  wire [{top}] m_bank_in = m_in, m_bank_out = m_out, m_bank_operand = m_operand;
  wire [{top}] m_next_in = m_first_in + m_count, m_next_operand = m_first_operand + m_count;
  wire [{top}] m_next_out = m_first_out + {place};
  wire m_begins = m_new || m_count == {ROWS} || m_bank_in != m_next_in || m_bank_out != m_next_out
    || ({OF["operand"]} != 0 && m_bank_operand != m_next_operand);
  always @(posedge clk)
    if (start) m_new <= 1;
    else if (m_moves) begin
      m_new <= 0;
      m_count <= m_begins ? 1 : m_count + 1;
      if (m_begins) begin
        m_first_in <= m_bank_in; m_first_out <= m_bank_out; m_first_operand <= m_bank_operand;
      end
    end
  always @* if (pixel_valid) begin
    assert({begins} == m_begins);
    assert({last} == (m_ends && m_y + 1 == {OF["out_rows"]}));
    assert(shuffle == ({OF["out_apart"]} == 2) && alone == ({OF["operand"]} == 0));
    if (!m_new) begin
      assert(m_count >= 1 && m_count <= {ROWS} && count == m_count[{top}]);
      assert(first_out_bank == m_first_out);
    end
  end
"""


def monitor(side, together):
    """Everything that a walker of a side computes; of the other sides it has the banks alone."""
    widths = {each: address_bits(TINY) if each == side else BANK for each in ("in", "out", "operand")}
    text = walk() + linear("in", widths["in"], OF["in_column_step"]) + linear("operand", widths["operand"], "1")
    text += apart(widths["out"], together) + groups(side, together)
    if side == "in":
        text += margins("y", OF["in_rows"], OF["stride_y"]) + margins("x", OF["in_columns"], OF["stride_x"])
    address = bits_of(pixel_layout(TINY, side), "address", "pixel_data")
    return text + f"\n  always @* if (pixel_valid) assert({address} == m_{side});\n"


@pytest.mark.parametrize("together", [1, 2, 4])
@pytest.mark.parametrize("side", ["in", "out", "operand"])
def test_pixels_lie_where_the_record_says(side, together):
    assert holds(PixelWalker(TINY, side), monitor(side, together)) is True


@pytest.mark.parametrize(
    "old, new",
    [("in_row <= ", "in_row <= 1 + "), ("first_out_bank <= ", "first_out_bank <= 1 + ")],
    ids=["address of a row", "bank of a group"],
)
def test_the_proof_can_fail(old, new):
    def change(text):
        assert old in text, text
        return text.replace(old, new)

    assert holds(PixelWalker(TINY, "in"), monitor("in", 1), steps=12, change=change) is False
