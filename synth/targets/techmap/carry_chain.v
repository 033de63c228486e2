// Every addition of two words on its own carry chain, one LUT a bit, where Yosys would merge trees of additions into
// carry-save adders of two LUTs a bit.
//
// A carry chain takes A unaltered, so A must exist as a word of its own; what makes B of other words can go into the LUT
// of the adder. So a word that adders made goes to A (SUM_IS_A, SUM_IS_B: which operand it is), and what selects or masks
// the other one is free. Where both or neither are such words the narrower one goes to A: the wider one is usually an
// accumulator that a mask clears.

`ifdef SUM_IS_A
`define SWAPPED 0
`elsif SUM_IS_B
`define SWAPPED 1
`else
`define SWAPPED A_WIDTH > B_WIDTH
`endif

(* techmap_celltype = "$add" *)
module carry_chain (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 1;
  parameter B_WIDTH = 1;
  parameter Y_WIDTH = 1;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;
  wire [Y_WIDTH-1:0] X, CO;

  generate
    if (`SWAPPED) begin
      \$alu #(.A_SIGNED(B_SIGNED), .B_SIGNED(A_SIGNED), .A_WIDTH(B_WIDTH), .B_WIDTH(A_WIDTH), .Y_WIDTH(Y_WIDTH))
        chain (.A(B), .B(A), .CI(1'b0), .BI(1'b0), .X(X), .CO(CO), .Y(Y));
    end else begin
      \$alu #(.A_SIGNED(A_SIGNED), .B_SIGNED(B_SIGNED), .A_WIDTH(A_WIDTH), .B_WIDTH(B_WIDTH), .Y_WIDTH(Y_WIDTH))
        chain (.A(A), .B(B), .CI(1'b0), .BI(1'b0), .X(X), .CO(CO), .Y(Y));
    end
  endgenerate
endmodule
