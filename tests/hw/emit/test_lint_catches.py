"""The lint that emitted Verilog must pass can fail."""

from lowtide.sim.verilator.lint import lint


def test_lint_reports_what_the_waivers_do_not_name():
    latch = "module bad(input a, input b, output reg q);\n always @* if (a) q = b;\nendmodule\n"
    assert any("LATCH" in line for line in lint(latch, top="bad"))
    assert any("%Error" in line for line in lint("module bad(input a;\nendmodule\n", top="bad"))
    assert lint("module fine(input a, output q);\n assign q = ~a;\nendmodule\n", top="fine") == []
