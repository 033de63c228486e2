"""Wires of which one part depends on another: taken apart, the same function, and only where it has to be."""

import re

import numpy as np
import pytest
from amaranth.hdl import Cat, Const, Mux, Signal, signed
from amaranth.lib.wiring import In, Out

from lowtide.hw.emit import yosys
from lowtide.hw.emit.apart import apart
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.logic.unit import Unit
from lowtide.sim.verilator.lint import lint


class Chained(Unit):
    """Outputs cut into parts, each a random function of inputs and of parts before it, its own wire's among them."""

    combinational = True

    def __init__(self, seed, name="chained"):
        self.seed = seed
        # names that functions of Yosys have as well, a keyword, and one that a part of another would have
        super().__init__(name, {"x": In(24), "s": Out(17), "local": Out(9), "b": Out(30), "b_4_0": Out(5)})

    def build(self, m):
        rng = np.random.default_rng(self.seed)
        known = [self.x[low : low + 4] for low in range(0, 24, 4)]
        free = [(wire, 0) for wire in (self.s, self.local, self.b, self.b_4_0, Signal(signed(12), name="$signal"))]
        while free:
            place = int(rng.integers(len(free)))
            wire, low = free.pop(place)
            high = min(len(wire), low + int(rng.integers(1, 9)))
            m.d.comb += wire[low:high].eq(self._function(rng, m, known))
            known.append(wire[low:high])
            if high < len(wire):
                free.append((wire, high))

    def _function(self, rng, m, known):
        first, second, third = (known[i] for i in rng.integers(len(known), size=3))
        kind = int(rng.integers(5))
        if kind < 4:
            return (first + second, first ^ third, Mux(second[0], first, third), Cat(third, first))[kind]
        chosen, which = Signal(6), Signal(3)
        m.d.comb += which.eq(Cat(first, second))
        with m.Switch(which):
            for number in range(8):
                with m.Case(number):
                    m.d.comb += chosen.eq(third + number if number % 2 else Const(number * 5, 6))
        return chosen


class Inner(Unit):
    """Below another: its parent sees a port whose parts wait for each other."""

    def __init__(self):
        super().__init__("inner", {"x": In(4), "y": Out(5)})

    def build(self, m):
        code = Signal(4)
        m.d.comb += [code.eq(~self.x), self.y.eq(Cat(code, code[3]))]


class Outer(Unit):
    """A register takes a part, a child drives another."""

    def __init__(self):
        super().__init__("outer", {"x": In(4), "y": Out(9), "q": Out(4)})

    def build(self, m):
        child = self.place(m, "child", Inner(), x=self.y[5:])
        m.d.comb += [self.y[:5].eq(child.y), self.y[5:].eq(self.x + 1)]
        m.d.sync += self.q.eq(self.y[2:6])


def not_apart(unit, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("lowtide.hw.emit.verilog.apart", lambda text: text)
        return verilog(unit)


def remarks(text, top):
    return [line for line in lint(text, top=top) if "UNOPTFLAT" in line]


@pytest.mark.parametrize("seed", range(12))
def test_random_words_are_taken_apart_and_stay_the_same_function(seed, tmp_path, monkeypatch):
    before, after = not_apart(Chained(seed), monkeypatch), verilog(Chained(seed))
    assert remarks(after, "chained") == []
    header = re.search(r"^module .*?;$", before, flags=re.M)[0]
    assert header in after
    (tmp_path / "before.v").write_text(before)
    (tmp_path / "after.v").write_text(after.replace("module chained(", "module chained_apart("))
    yosys.run(
        [
            "read_verilog before.v",
            "read_verilog after.v",
            "proc",
            "miter -equiv -flatten -make_assert chained chained_apart both",
            "sat -verify -prove-asserts both",
        ],
        folder=tmp_path,
    )


def test_the_random_words_wait_for_themselves(monkeypatch):
    """The test above would find what is not taken apart."""
    found = [seed for seed in range(12) if remarks(not_apart(Chained(seed), monkeypatch), "chained")]
    assert len(found) > 6


def test_a_port_that_is_read_inside_is_put_together_from_its_parts():
    text = verilog(Outer())
    assert remarks(text, "outer") == []
    assert "output [8:0] y;\n  wire [8:0] y;" in text


def test_modules_without_such_wires_stay_as_they_are():
    assert apart(text := verilog(Inner())) == text
    text = "module plain(a, y);\n  input a;\n  output [1:0] y;\n  wire [1:0] y;\n"
    text += "  assign y[0] = a;\n  assign y[1] = ~a;\nendmodule"
    assert apart(text) == text


def test_an_operation_on_words_that_waits_for_itself_is_left_to_the_lint():
    text = (
        "module ring(x, y);\n  input x;\n  output [3:0] y;\n  wire [3:0] y;\n  assign y = { y[2:0], x };\nendmodule\n"
    )
    assert apart(text) == text
    assert remarks(text, "ring")
