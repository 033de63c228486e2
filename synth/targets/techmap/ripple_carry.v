// Carries of an adder as a ripple chain: the smallest adder, where Yosys would build a parallel prefix tree.
// Yosys takes maps in the order of their names: _80_ is before _90_lcu_brent_kung, its own.

(* techmap_celltype = "$lcu" *)
module _80_ripple_carry (P, G, CI, CO);
  parameter WIDTH = 2;
  input [WIDTH-1:0] P, G;
  input CI;
  output [WIDTH-1:0] CO;

  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : bits
      if (i == 0) assign CO[0] = G[0] | (P[0] & CI);
      else assign CO[i] = G[i] | (P[i] & CO[i-1]);
    end
  endgenerate
endmodule
