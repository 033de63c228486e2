"""A bank of four words of two bits as machines have it, for designs of tests that are written by hand."""

__all__ = ["BANK_4X2"]

BANK_4X2 = """
module bank_4x2(clk, rst, read, read_address, read_data, write, write_address, write_data);
  input clk;
  input rst;
  input read;
  input [1:0] read_address;
  output [1:0] read_data;
  input write;
  input [1:0] write_address;
  input [1:0] write_data;
  reg [1:0] _00_;
  wire [1:0] _01_;
  reg [1:0] words [3:0];
  always @(posedge clk) begin
    if (write)
      words[write_address][0:0] <= write_data[0];
    if (write)
      words[write_address][1:1] <= write_data[1];
  end
  assign _01_ = words[read_address];
  always @(posedge clk)
    if (read) _00_ <= _01_;
  assign read_data = _00_;
endmodule
"""
