"""The energy of netlists, worked out by hand: 2 V, so a transition of C fF takes 2 C fJ, and the cells' own energy."""

import numpy as np
import pytest

from lowtide.synth.energy.netlist import PARTS, weights
from lowtide.synth.flow.mapped import read

LOGIC = """
module top(a, b, y, z);
  input [1:0] a; wire [1:0] a;
  input b; wire b;
  output y; wire y;
  output z; wire z;
  wire _1_;
  assign z = _1_;
  nand_2 _2_ (.A(a[1]), .B(b), .Y(y));
  inv _3_ (.A(y), .Y(_1_));
  nand_2 _4_ (.A(1'h1), .B(a[0]), .Y());
endmodule
"""
GATED = """
module top(clk, en, d, q);
  input clk; wire clk;
  input en; wire en;
  input d; wire d;
  output q; wire q;
  wire gated;
  gate _1_ (.CK(clk), .EN(en), .GCK(gated));
  dff _2_ (.CK(gated), .D(d), .Q(q));
endmodule
"""


def parts(**values):
    return pytest.approx([values.get(part, 0) for part in PARTS])


def test_a_nand_and_an_inverter(energies):
    """y drives the inverter's 2 fF; b the nand's 5 fF and, inside of that pin, 2 fJ."""
    found = weights(read(LOGIC, "top"), energies())
    still = {"a[0]": 0, "a[1]": 0, "b": 0, "y": 0, "z": 0}
    assert found.energy(still | {"a[1]": 1}) == parts(registers=2 * 3)
    assert found.energy(still | {"b": 1}) == parts(registers=2 * 5, logic=2)
    assert found.energy(still | {"y": 1}) == parts(logic=2 * 2 + (8 + 0.2 * 5))
    assert found.energy(still | {"z": 1}) == parts(logic=3)
    assert found.leakage == pytest.approx(2 + 3 + 3)
    assert found.voltage == 2


def test_a_register_behind_a_clock_gate(energies):
    """Clock: the gate's pins and what is inside of it, the gated net, the register's clock pin. The rest: registers."""
    found = weights(read(GATED, "top"), energies())
    still = dict.fromkeys(("clk", "en", "d", "q", "gated"), 0)
    assert found.energy(still | {"clk": 2}) == parts(clock=2 * (2 * 4 + 7))
    assert found.energy(still | {"en": 1}) == parts(registers=2 * 1, clock=2)
    assert found.energy(still | {"gated": 2}) == parts(clock=2 * (2 * 1 + 9 + 20))
    assert found.energy(still | {"d": 1}) == parts(registers=2 * 2 + 3)
    assert found.energy(still | {"q": 1}) == parts(registers=30)


def test_no_transition_no_energy(energies):
    found = weights(read(GATED, "top"), energies())
    assert found.energy(dict.fromkeys(("clk", "en", "d", "q", "gated"), 0)) == parts()


def test_energy_is_additive(energies):
    found, rng = weights(read(LOGIC, "top"), energies()), np.random.default_rng(1)
    first, second = ({name: int(rng.integers(100)) for name in ("a[0]", "a[1]", "b", "y", "z")} for _ in range(2))
    both = {name: first[name] + second[name] for name in first}
    assert found.energy(both) == pytest.approx(found.energy(first) + found.energy(second))


def test_two_names_of_one_net_are_one_net():
    netlist = read(LOGIC, "top")
    assert netlist.nets["z"] == netlist.nets["_1_"]
    assert netlist.inputs == {netlist.nets[name] for name in ("a[0]", "a[1]", "b")}


def test_every_net_must_be_counted_and_no_other(energies):
    found = weights(read(LOGIC, "top"), energies())
    with pytest.raises(ValueError, match="^transitions lack 3 nets of the netlist, _1_ first$"):
        found.energy({"a[0]": 1, "a[1]": 2})
    with pytest.raises(ValueError, match="^net is 'c', the netlist has none of that name$"):
        found.energy({"c": 1})


def test_a_library_without_capacitances_is_refused(energies):
    changes = [(f"capacitance : 0.00{digit};", "") for digit in range(1, 6)]
    with pytest.raises(ValueError, match="it states no pin capacitances$"):
        weights(read(LOGIC, "top"), energies(*changes))
