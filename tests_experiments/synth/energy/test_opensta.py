"""OpenSTA on netlists whose power and delay are known, with the library of round numbers."""

import pytest

from lowtide.synth.energy import opensta
from lowtide.synth.energy.netlist import weights
from lowtide.synth.flow.mapped import read

NETLIST = """
module top(clk, d, q);
  input clk; wire clk;
  input d; wire d;
  output q; wire q;
  wire a;
  wire b;
  dff _1_ (.CK(clk), .D(d), .Q(a));
  inv _2_ (.A(a), .Y(b));
  dff _3_ (.CK(clk), .D(b), .Q(q));
endmodule
"""

pytestmark = pytest.mark.usefixtures("sta")


def test_the_critical_path_is_register_gate_and_setup(library):
    assert opensta.critical_path(NETLIST, "top", library()) == pytest.approx(0.5 + 0.25 + 0.125)


def test_a_netlist_without_registers_has_no_critical_path(library):
    netlist = "module top(clk, a, y); input clk; input a; output y; inv _1_ (.A(a), .Y(y)); endmodule\n"
    assert opensta.critical_path(netlist, "top", library()) is None


def test_switching_and_leakage_are_ours_when_every_net_has_one_activity(library, energies):
    """1/2 C V^2 is 2 fJ a fF. OpenSTA counts the nets that cells drive, a and b, 2 fF each."""
    found = opensta.uniform_power(NETLIST, "top", library(), 1.0)
    ours = weights(read(NETLIST, "top"), energies(("internal_power", "unknown_power")))
    assert found.switching == pytest.approx(2 * (2 + 2))
    assert ours.energy({"clk": 0, "d": 0, "a": 1, "b": 1, "q": 1}).sum() == pytest.approx(found.switching)
    assert found.leakage == pytest.approx(ours.leakage) == pytest.approx(2)


def test_still_inputs_leave_the_clock_alone(library):
    """Two clock pins, two transitions; OpenSTA adds the 15 fJ of rise and the 25 of fall where their mean is meant."""
    found = opensta.vectorless_power(NETLIST, "top", library(), 0.0)
    assert (found.switching, found.internal) == pytest.approx((0, 2 * 2 * 40))
    assert opensta.vectorless_power(NETLIST, "top", library(), 0.5).dynamic > found.dynamic
    held = opensta.vectorless_power(NETLIST, "top", library(), 0.5, constant=[("d", 0)])
    assert held.dynamic == pytest.approx(found.dynamic)


def test_the_tools_own_line_is_reported(library):
    with pytest.raises(opensta.StaError, match="Error"):
        opensta.critical_path("module top(clk); input clk; nothing here", "top", library())
