"""What counts only at times may differ at others, and nothing else may; columns of memories that nobody reads may."""

import pytest

from lowtide.formal.mutation.circuit import circuit_of
from lowtide.formal.mutation.machines.boxes import Units
from lowtide.formal.mutation.machines.counted import counted
from lowtide.formal.mutation.machines.cycles import Cycles
from lowtide.formal.mutation.machines.guarded import GuardedRelation
from lowtide.formal.mutation.machines.near import Near
from lowtide.formal.mutation.mutants import SELECTOR

from small_bank import BANK_4X2

#: Two registers of a stream; ``seen`` looks at a word that is there, ``o_data`` shows it always. Mutant 1 changes words
#: that are not there, 2 one that is, 3 one that waits, 4 one that is not there as it moves, 5 is seen where ``was`` is
#: 1, which is only as the stream is switched on.
STREAM = """
module stream(clk, rst, i_valid, i_data, o_valid, o_data, o_ready, seen, mutant);
  input clk, rst, i_valid, o_ready;
  input [3:0] i_data;
  input [2:0] mutant;
  output o_valid, seen;
  output [3:0] o_data;
  reg valid, valid_2, was;
  reg [3:0] data, data_2;
  wire goes = o_ready | !valid_2;
  always @(posedge clk) begin
    was <= 0;
    if (rst) begin valid <= 0; valid_2 <= 0; end
    else if (goes) begin valid <= i_valid; valid_2 <= valid; end
    if (goes) data <= i_data ^ { 3'h0, mutant == 1 & !i_valid | mutant == 2 & &i_data };
    if (goes) data_2 <= data ^ { mutant == 4 & !valid, 3'h0 };
    else data_2 <= data_2 ^ { 3'h0, mutant == 3 };
  end
  assign o_valid = valid_2;
  assign o_data = data_2;
  assign seen = valid_2 & ^data_2 ^ (mutant == 5 & was);
endmodule
"""

#: Of what is kept of ``data`` only the lower bit is looked at. Mutant 1 changes the upper one as it is written, 2 the
#: lower one, 3 what is kept while nothing is written, 4 the address at which nothing is read.
KEPT = (
    BANK_4X2
    + """\
module kept(clk, rst, read, at, data, seen, mutant);
  input clk;
  input rst;
  input read;
  input [1:0] at;
  input [1:0] data;
  output seen;
  input [2:0] mutant;
  wire [1:0] found;
  bank_4x2 bank (
    .clk(clk), .rst(rst), .read(read), .read_address(at ^ { mutant == 4 & !read, 1'h0 }), .read_data(found),
    .write(!read), .write_address(at),
    .write_data(data ^ { mutant == 1, mutant == 2 } ^ { 1'h0, mutant == 3 & read })
  );
  assign seen = found[0];
endmodule
"""
)


def outcome(circuit, number, count, counts):
    cycles = Cycles(circuit, selector=SELECTOR, count=count)
    return GuardedRelation(cycles, number, Near(cycles).guards, counts).outcome(timeout=30)


SEEN = {f"o_data[{bit}]": ("o_valid[0]",) for bit in range(4)}


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "number, counts, expected",
    [
        (1, SEEN, "equivalent"),
        (1, {}, "different"),  # o_data shows it
        (2, SEEN, "different"),
        (3, SEEN, "different"),
        (4, SEEN, "equivalent"),
        (5, SEEN, "different"),  # in the first cycle alone
    ],
)
def test_words_count_where_they_are_there(number, counts, expected, count):
    assert outcome(circuit_of(STREAM, top="stream"), number, count, counts) == expected


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "number, expected", [(1, "equivalent"), (2, "different"), (3, "equivalent"), (4, "equivalent")]
)
def test_columns_of_memories_count_where_they_are_looked_at(number, expected, count):
    assert outcome(Units(KEPT).circuit("kept", frozenset()), number, count, {}) == expected


def test_payloads_of_the_bus_count_where_they_are_valid():
    ports = [
        "m_axi_wdata[9]",
        "m_axi_awaddr[31]",
        "m_axi_wvalid[0]",
        "s_axi_rdata[0]",
        "s_axi_wready[0]",
        "irq[0]",
        "output:7",
    ]
    assert counted([*ports, "engine.x_data[3]"]) == {
        "m_axi_wdata[9]": ("m_axi_wvalid[0]", "m_axi_wstrb[1]"),
        "m_axi_awaddr[31]": ("m_axi_awvalid[0]",),
        "s_axi_rdata[0]": ("s_axi_rvalid[0]",),
    }
