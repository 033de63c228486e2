"""Conditions that come late: what is made of them on the way, and with one gate at the end, is the same condition."""

from itertools import product

from amaranth.lib.wiring import In, Out

from lowtide.hw.logic.timing.late import LATE, Late, connected
from lowtide.hw.logic.unit import Unit

from unit_model import UnitModel


class Joined(Unit):
    """``condition`` with two others that are known early, handed on, and taken in both ways."""

    def __init__(self):
        ports = {name: In(1) for name in ("needed", "enough")} | {"condition": In(LATE), "handed_on": Out(LATE)}
        super().__init__("joined", ports | {"holds": Out(1), "soon": Out(1)})

    def build(self, m):
        joined = Late.of(self.condition).where(self.needed).or_where(self.enough).named(m, "joined")
        m.d.comb += connected(self.handed_on, joined)
        m.d.comb += [self.holds.eq(joined.holds), self.soon.eq(joined.soon(self, m, "told"))]


def test_a_late_condition_stays_the_same_whatever_is_joined_to_it():
    model = UnitModel(Joined())
    for needed, enough, sure, may, last in product((0, 1), repeat=5):
        model.set("needed", needed)
        model.set("enough", enough)
        model.set("condition", sure | may << 1 | last << 2)
        expected = enough or (needed and (sure or (may and last)))
        assert model.get("holds") == model.get("soon") == expected
        handed = model.get("handed_on")
        assert handed >> 2 == last
        assert bool(handed & 1 or (handed >> 1 & 1 and last)) == expected
