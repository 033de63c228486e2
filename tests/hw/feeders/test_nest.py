"""The nest's addresses: each beat is told the place that the loops' definition gives it. Proved by induction.

The loops are counted beside the unit, each index by itself; the place of a beat is the sum of index times step, and
that of its tap. Steps, bases and the taps are anything, loops go round up to seven times, a beat may wait for ever.
"""

import pytest

from lowtide.hw.config.machines import MACHINES
from lowtide.hw.feeders.nest import NESTED, Nest, beat_layout
from lowtide.hw.memory.ports import record_layout
from lowtide.hw.memory.tap_memory import tap_layout

from bit_fields import bits_of
from induction import holds

TINY = MACHINES["tiny"]
LOOPS = {"blocks": "blocks", "taps": "taps", "tiles": "tiles", "tiles_of_step": "tiles_per_step"}


def monitor(source, packing):
    """The definition, with indices of its own, and what the unit says at each of its stages."""
    record, beat, tap = record_layout(*NESTED), beat_layout(TINY), tap_layout(TINY)
    address, words = beat["offset"].width, beat["weights"].width - 2
    of = {name: bits_of(record, name, "record") for name in NESTED}
    tiles = of["out_channels"] if source else of["tiles"]
    per_step = f"({of['tail']} + 1'd1)" if source else of["tiles_per_step"]
    tile_step = of["block_step"] if source else of["tile_step"]
    return f"""
  reg [{record.size - 1}:0] m_record;
  reg m_begun;
  always @(posedge clk) begin m_begun <= 1'b1; m_record <= record; end
  always @* if (m_begun) assume(record == m_record);
  always @* assume({of["source"]} == {source} && {of["weight_packing"]} == {packing});
  always @* assume({of["blocks"]} >= 1 && {of["blocks"]} <= 7 && {of["taps"]} >= 1 && {of["taps"]} <= 7);
  always @* assume({tiles} >= 1 && {tiles} <= 7 && {per_step} >= 1 && {per_step} <= 7);
  reg [2:0] m_block, m_tap, m_tile, m_in_step, m_step;
  reg [8:0] m_beat;
  wire m_ends_block = m_block + 1 == {of["blocks"]};
  wire m_ends_tap = m_ends_block && m_tap + 1 == {of["taps"]};
  wire m_ends_step = m_in_step + 1 == {per_step};
  wire m_ends_group = m_ends_tap && m_tile + 1 == {tiles};
  always @(posedge clk)
    if (load) begin
      m_block <= 0; m_tap <= 0; m_tile <= 0; m_in_step <= 0; m_step <= 0; m_beat <= 0;
    end else if (tap_read) begin
      m_beat <= m_beat + 1;
      m_block <= m_ends_block ? 0 : m_block + 1;
      if (m_ends_block) m_tap <= m_ends_tap ? 0 : m_tap + 1;
      if (m_ends_tap) m_tile <= m_tile + 1;
      if (m_ends_tap) m_in_step <= m_ends_step ? 0 : m_in_step + 1;
      if (m_ends_tap && m_ends_step) m_step <= m_step + 1;
    end
  wire [{address - 1}:0] m_tiles = m_step * {tile_step};
  wire [{address - 1}:0] m_offset = m_tiles + m_block * {of["block_step"]};
  wire [10:0] m_entry = {of["tap_base"]} + m_tap;
  wire [20:0] m_word = {of["weight_base"]} + (m_beat >> {packing.bit_length()});
  always @* if (active) begin
    assert(m_block < {of["blocks"]} && m_tap < {of["taps"]} && m_tile < {tiles} && m_in_step < {per_step});
    assert(m_step <= m_tile && m_beat[8:6] <= 5);
    assert(m_beat == (m_tile * {of["taps"]} + m_tap) * {of["blocks"]} + m_block);
    assert(blocks_left == {of["blocks"]} - m_block && taps_left == {of["taps"]} - m_tap);
    assert(tiles_left == {tiles} - m_tile && tiles_of_step_left == {per_step} - m_in_step);
    {"".join(f"assert({loop}_last == ({loop}_left == 1)); " for loop in LOOPS)}
    assert(tile_offset == m_tiles && pass_offset == m_tiles && beat_offset == m_offset);
    assert(entry == m_entry);
    assert(weight_word == m_word && part_of_word == (m_beat & {packing}));
    if (tap_read && m_word < {TINY.weight_words} && m_entry < {TINY.taps}) assert(!beyond);
    if (tap_read && m_entry >= {TINY.taps}) assert(beyond);
    if (tap_read && m_word >= {TINY.weight_words} && {source} == 0) assert(beyond);
  end
  reg [{address - 1}:0] m_offset_1, m_offset_2;
  reg [{words - 1}:0] m_word_1, m_word_2;
  reg m_closes_1, m_ends_1, m_closes_2, m_ends_2;
  always @(posedge clk) if (advance) begin
    m_offset_1 <= m_offset; m_word_1 <= m_word; m_closes_1 <= m_ends_tap; m_ends_1 <= m_ends_group;
    m_offset_2 <= m_offset_1 + {bits_of(tap, "offset", "tap")};
    m_word_2 <= m_word_1; m_closes_2 <= m_closes_1; m_ends_2 <= m_ends_1;
  end
  always @* if (comes) begin
    assert(counted[{address - 1}:0] == m_offset_1);
    assert(counted[{address + 1}] == m_closes_1 && counted[{address + 2}] == m_ends_1);
    assert(counted[{address + 3} +: {words}] == m_word_1);
  end
  always @* if (beat_valid) begin
    assert({bits_of(beat, "offset", "beat_data")} == m_offset_2);
    assert({bits_of(beat, "closes", "beat_data")} == m_closes_2 && {bits_of(beat, "ends", "beat_data")} == m_ends_2);
    assert(beat_data[{beat["weights"].offset} +: {words}] == m_word_2);
  end
"""


@pytest.mark.parametrize("source, packing", [(0, 0), (0, 1), (0, 3), (1, 0)])
def test_a_beat_lies_where_its_loops_say(source, packing):
    assert holds(Nest(TINY), monitor(source, packing)) is True


@pytest.mark.parametrize(
    "old, new",
    [("ends_step ? ", "ends_tap ? "), ("tap_entry } + 1'h1", "tap_entry } + 2'h2"), ("counted[16:0] + tap", "tap")],
    ids=["step between tiles", "entry of a tap", "offset of a beat"],
)
def test_the_proof_can_fail(old, new):
    def change(text):
        assert text.count(old) == 1
        return text.replace(old, new)

    assert holds(Nest(TINY), monitor(0, 0), steps=8, change=change) is False
