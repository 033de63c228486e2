"""What is said where OpenSTA is not installed. What it computes: see tests_experiments."""

import pytest

from lowtide.sim.verilator.toolchain import ToolMissing
from lowtide.synth.energy import opensta


def test_a_missing_tool_is_named(monkeypatch, library):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ToolMissing, match="^sta not found; on Debian: apt-get install opensta$"):
        opensta.critical_path("module top(clk); input clk; endmodule", "top", library())
