// Full adders that extract_fa found become cells of the library, those with a constant input become gates.

(* techmap_celltype = "$fa" *)
module full_adders (A, B, C, X, Y);
  parameter WIDTH = 1;
  parameter _TECHMAP_CONSTMSK_A_ = 0;
  parameter _TECHMAP_CONSTMSK_B_ = 0;
  parameter _TECHMAP_CONSTMSK_C_ = 0;
  input [WIDTH-1:0] A, B, C;
  output [WIDTH-1:0] X, Y;

  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 1) begin : bits
      if (_TECHMAP_CONSTMSK_A_[i] | _TECHMAP_CONSTMSK_B_[i] | _TECHMAP_CONSTMSK_C_[i]) begin
        wire half = A[i] ^ B[i];
        assign Y[i] = half ^ C[i];
        assign X[i] = (A[i] & B[i]) | (half & C[i]);
      end else begin
        full_adder adder (.A(A[i]), .B(B[i]), .C(C[i]), .CARRY(X[i]), .SUM(Y[i]));
      end
    end
  endgenerate
endmodule
