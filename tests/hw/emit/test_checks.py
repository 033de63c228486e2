"""Emission refuses units whose nets and ports are not what they declare, and names the unit and the net."""

import pytest
from amaranth.hdl import Instance, Signal
from amaranth.lib.wiring import In, Out

from lowtide.hw import ArrayConfig, Engine, verilog
from lowtide.hw.config.fields import settings_for
from lowtide.hw.emit.checks import EmissionError, check_bits
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe import KINDS
from lowtide.sim.verilator.lint import lint


class Inner(Unit):
    """A register."""

    def __init__(self):
        super().__init__("inner", {"a": In(4), "b": Out(4)})

    def build(self, m):
        m.d.sync += self.b.eq(self.a)


class Broken(Unit):
    """A unit with the ports ``a`` and ``b``, built as its subclass says."""

    def __init__(self):
        super().__init__("broken", {"a": In(4), "b": Out(4)})


class OutputWithoutDriver(Broken):
    """unit broken: output b is never driven"""

    def build(self, m):
        m.d.sync += Signal(4, name="other").eq(self.a)


class OutputDrivenInPart(Broken):
    """unit broken: net b has 4 bits, of which bit 2 is never driven"""

    def build(self, m):
        m.d.comb += [self.b[:2].eq(self.a), self.b[3].eq(1)]


class OutputDrivenInPartByAnInstance(Broken):
    """unit broken: output b is never driven"""

    def build(self, m):
        m.submodules.inner = Instance("inner", i_a=self.a, o_b=Signal(4, name="other"))
        self.children["inner"] = Inner()


class NetWithoutDriver(Broken):
    """unit broken: net forgotten is never driven"""

    def build(self, m):
        m.d.comb += self.b.eq(self.a ^ Signal(4, name="forgotten"))


class BitsOfANetWithoutDriver(Broken):
    """unit broken: net sum has 8 bits, of which 4, from bit 4 on, are never driven"""

    def build(self, m):
        total = Signal(8, name="sum")
        with m.If(self.a[0]):
            m.d.comb += total[:4].eq(self.a)
        m.d.comb += self.b.eq(total[2:6])


class InputThatIsDriven(Broken):
    """unit broken: Bit 0 of signal .sig a. has multiple drivers"""

    def build(self, m):
        m.d.comb += [self.b.eq(self.a), self.a.eq(1)]


class TwoDrivers(Broken):
    """unit broken: Bit 0 of signal .sig b. has multiple drivers"""

    def build(self, m):
        inner = self.place(m, "inner", Inner(), a=self.a)
        m.submodules.again = Instance("inner", i_a=inner.b, o_b=self.b)
        m.d.comb += self.b.eq(inner.b)


class TwoInstancesOnOneNet(Broken):
    """unit broken: Bit 0 of signal .sig b. has multiple drivers"""

    def build(self, m):
        self.children["inner"] = Inner()
        for name in ("first", "second"):
            m.submodules[name] = Instance("inner", i_a=self.a, o_b=self.b)


class Loop(Broken):
    """unit broken: Combinational cycle detected"""

    def build(self, m):
        loop = Signal(4, name="loop")
        m.d.comb += [loop.eq(loop + self.a), self.b.eq(loop)]


class InputLeftOpen(Broken):
    """unit broken: instance inner of inner lacks its input a"""

    def build(self, m):
        m.d.comb += self.b.eq(self.place(m, "inner", Inner()).b)


class InputOfAnotherWidth(Broken):
    """unit broken: instance inner of inner has 3 bits at its input a, needed are 4"""

    def build(self, m):
        m.d.comb += self.b.eq(self.place(m, "inner", Inner(), a=self.a[:3]).b)


class UnknownInput(Broken):
    """unit broken: instance inner of inner has no inputs c"""

    def build(self, m):
        m.d.comb += self.b.eq(self.place(m, "inner", Inner(), a=self.a, c=self.a).b)


class UnknownPortOfAnInstance(Broken):
    """unit broken: Module `inner' .* cell `inner' does not have a port named 'c'"""

    def build(self, m):
        self.children["inner"] = Inner()
        m.submodules.inner = Instance("inner", i_c=self.a, o_b=self.b)


class InstanceOfAnotherWidth(Broken):
    """Resizing cell port broken.inner.a from 2 bits to 4 bits"""

    def build(self, m):
        self.children["inner"] = Inner()
        m.submodules.inner = Instance("inner", i_a=self.a[:2], o_b=self.b)


class OutputOfAnInstanceLeftToNobody(Broken):
    """is used but has no driver"""

    def build(self, m):  # the unit drives nothing into the instance that it takes the output of
        self.children["inner"] = Inner()
        other = Signal(4, name="other")
        m.submodules.inner = Instance("inner", i_a=self.a, o_a=other)
        m.d.comb += self.b.eq(other)


@pytest.mark.filterwarnings("ignore::amaranth.hdl.UnusedElaboratable")
@pytest.mark.parametrize("broken", Broken.__subclasses__(), ids=lambda broken: broken.__name__)
def test_a_broken_unit_is_refused(broken):
    with pytest.raises(ValueError, match=broken.__doc__):
        verilog(broken())


class Narrow(Unit):
    """A unit whose control bits are all gone."""

    def __init__(self):
        super().__init__("narrow", {"control": In(0), "a": In(4), "rest": Out(0), "b": Out(4)})

    def build(self, m):
        m.d.comb += [self.rest.eq(self.control), self.b.eq(~self.a)]


class Around(Broken):
    """Two of these in a row."""

    def build(self, m):
        first = self.place(m, "first", Narrow(), control=Signal(0), a=self.a)
        m.d.comb += self.b.eq(self.place(m, "second", Narrow(), control=first.rest, a=first.b).b)


def test_a_member_without_bits_is_no_port():
    text = verilog(Around())
    assert lint(text, top="broken") == []
    assert "module narrow(clk, rst, a, b);" in text


def test_a_net_without_bits_is_refused():
    with pytest.raises(EmissionError, match="unit broken: net rest has no bits"):
        check_bits("module broken(a, rest);\n  input [3:0] a;\n  output [-1:0] rest;\nendmodule\n")


def test_a_broken_pe_is_refused_in_its_array(monkeypatch):
    """A kind of one's own that forgets to drive its result."""
    from lowtide.hw.pe.base import ProcessingElement

    class Forgetful(ProcessingElement):
        def accumulate(self, m, control, west, north):
            return None

    config = ArrayConfig(name="forgetful", rows=1, cols=1)
    monkeypatch.setattr(type(config.pe), "processing_element", lambda self, config: Forgetful(config, self))
    with pytest.raises(EmissionError, match="unit forgetful_pe: output result is never driven"):
        verilog(Engine(config))


@pytest.mark.parametrize("kind", KINDS)
def test_every_weight_format_alone_and_all_of_them_emit_and_lint(kind):
    """At 8 bits, of small groups; the kind `parallel`, whose decoder most others have, also at 16 bits."""
    operations, allowed = KINDS[kind], {each.name: each.allowed for each in settings_for(kind)}
    wide = ("log5", "codebook256") if kind == "parallel" else ()
    formats = [name for name in operations.w_formats if name not in ("plain", "log5", "codebook256")]
    for chosen in [*((name,) for name in [*formats, *wide]), tuple(formats)]:
        width = 16 if wide and set(chosen) <= set(wide) else 8
        widths = {name: max(bits for bits in allowed[name] if bits <= width) for name in ("x_width", "w_width")}
        data = ("plain", "binary") if "binary" in chosen and "binary" in operations.x_formats else ("plain",)
        fields = operations.example | {"x_formats": data, "w_formats": ("plain", *chosen)}
        fields |= {"group": 2, "lanes": 1} if "group" in operations.fields else {}
        config = ArrayConfig(
            **{"name": f"test_formats_{kind}", "kind": kind, "rows": 1, "cols": 1, "acc_width": 40} | fields | widths
        )
        assert lint(verilog(Engine(config)), top=config.name) == [], chosen
