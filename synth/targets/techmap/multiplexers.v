// Multiplexers of four and more words as and-or (or-and) with a decoder, which all bits of a word share; a tree of two-way
// multiplexers is half as large again in standard cells.

(* techmap_celltype = "$_MUX4_" *)
module multiplexer_4 (A, B, C, D, S, T, Y);
  input A, B, C, D, S, T;
  output Y;
  assign Y = (A & (~T & ~S)) | (B & (~T & S)) | (C & (T & ~S)) | (D & (T & S));
endmodule

(* techmap_celltype = "$_MUX8_" *)
module multiplexer_8 (A, B, C, D, E, F, G, H, S, T, U, Y);
  input A, B, C, D, E, F, G, H, S, T, U;
  output Y;
  wire [3:0] pair = {T & S, T & ~S, ~T & S, ~T & ~S};
  wire [7:0] one_hot = {pair & {4{U}}, pair & {4{~U}}};
  assign Y = &({H, G, F, E, D, C, B, A} | ~one_hot);  // as a product of sums, which the cells do for less
endmodule

(* techmap_celltype = "$_MUX16_" *)
module multiplexer_16 (A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, S, T, U, V, Y);
  input A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, S, T, U, V;
  output Y;
  wire [3:0] pair = {T & S, T & ~S, ~T & S, ~T & ~S};
  wire [3:0] four = {V & U, V & ~U, ~V & U, ~V & ~U};
  wire [15:0] one_hot = {pair & {4{four[3]}}, pair & {4{four[2]}}, pair & {4{four[1]}}, pair & {4{four[0]}}};
  assign Y = |({P, O, N, M, L, K, J, I, H, G, F, E, D, C, B, A} & one_hot);
endmodule
