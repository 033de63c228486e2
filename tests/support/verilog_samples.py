"""Small designs in Verilog whose cells can be counted by hand."""

NAND = "module nand_gate(input a, b, output y); assign y = ~(a & b); endmodule\n"
REGISTER = """
module register(input clk, en, input [7:0] d, output reg [7:0] q);
  always @(posedge clk) if (en) q <= d;
endmodule
"""
ADDER = "module adder(input a, b, c, output [1:0] y); assign y = a + b + c; endmodule\n"
TREE = (
    NAND
    + """
module pair(input [1:0] a, b, output [1:0] y);
  nand_gate first(a[0], b[0], y[0]), second(a[1], b[1], y[1]);
endmodule
module tree(input [5:0] a, b, input c, output [5:0] y, output z);
  pair p0(a[1:0], b[1:0], y[1:0]), p1(a[3:2], b[3:2], y[3:2]), p2(a[5:4], b[5:4], y[5:4]);
  assign z = ~c;
endmodule
"""
)
