"""Mapping for delay: what is faster, what is smaller, and delays that can be read from the library."""

import pytest

from lowtide.synth.delay.mapping import ADDERS, FASTEST, DelayRecipe, mapped
from lowtide.synth.delay.timed_library import REGISTER_NS, timed_library
from lowtide.synth.flow import SynthesisError
from lowtide.synth.flow.job import Job

_ADDER = """
module adder(input clk, input [23:0] a, b, output reg [23:0] y);
  reg [23:0] c, d;
  always @(posedge clk) begin c <= a; d <= b; y <= c + d; end
endmodule
"""
_GATE = """
module gate(input clk, a, b, output reg y);
  reg c, d;
  always @(posedge clk) begin c <= a; d <= b; y <= ~(c & d); end
endmodule
"""


def _adder(**recipe):
    return mapped(Job(_ADDER, "adder", flat=True), timed_library(), DelayRecipe(**recipe))


def test_prefix_adders_are_faster_and_larger_than_ripples():
    found = [_adder(adders=adders) for adders in ADDERS]
    assert [each.period_ns for each in found] == sorted((each.period_ns for each in found), reverse=True)
    assert found[0].period_ns > 2 * found[-1].period_ns
    assert found[0].area < found[-1].area


def test_a_slower_target_takes_less_area_and_no_less_time():
    fast = _adder(adders=ADDERS[-1])
    slow = _adder(adders=ADDERS[-1], target_ns=6 * fast.logic_ns)
    assert slow.area < fast.area and slow.logic_ns >= fast.logic_ns
    assert fast.logic_ns > FASTEST


def test_one_gate_takes_its_own_time():
    """A NAND2 between registers, driven by a buffer: its delay is in the library's table at a light load."""
    found = mapped(Job(_GATE, "gate", flat=True), timed_library(), DelayRecipe(adders=ADDERS[0]))
    assert 0.06 < found.logic_ns < 0.4
    assert found.period_ns == pytest.approx(found.logic_ns + REGISTER_NS)
    assert found.area == pytest.approx(3 * 16 / 3 + 1, abs=0.01)  # three flip-flops of 5.333 and a NAND2


def test_what_the_tool_refuses_is_its_line():
    with pytest.raises(SynthesisError, match="(?i)error"):
        mapped(Job("module m(input a); nothing", "m"), timed_library(), DelayRecipe(adders=ADDERS[0]))
