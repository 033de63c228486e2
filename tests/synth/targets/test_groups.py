"""The syntax of liberty files: groups, attributes, comments, continued lines, and what is broken."""

import pytest

from lowtide.synth.targets.groups import numbers, parse

TEXT = r"""
library (small) { /* a comment { of braces } */
  time_unit : "1ns";
  capacitive_load_unit (1.0, pf);
  cell ("inverter") {
    area : 1.5; dont_use : true;
    pin (A) { direction : input; capacitance : 0.002; }
    pin (Y) {
      function : "!A";
      timing () { values ("1, 2", \
                          "3, 4"); }
      timing () { }
    }
  }
}
"""


def test_groups_hold_attributes_and_groups():
    (library,) = parse(TEXT).groups
    assert (library.kind, library.arguments) == ("library", ("small",))
    assert library.attributes == {"time_unit": "1ns", "capacitive_load_unit": ("1.0", "pf")}
    (cell,) = library.of("cell")
    assert cell.arguments == ("inverter",) and cell.true("dont_use") and cell.attributes["area"] == "1.5"
    first, second = cell.of("pin")
    assert first.attributes == {"direction": "input", "capacitance": "0.002"}
    assert second.attributes == {"function": "!A"} and len(second.of("timing")) == 2
    assert numbers(second.of("timing")[0].attributes["values"]) == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    "text, line",
    [
        ("library (x) { cell (y) {", r"cell \(y\) has no end"),
        ("library (x", "library has no end"),
        ("}", "a } too many"),
        ("library (x) { area : 1", "area has no end"),
        ("library {", "'library' is neither group nor attribute"),
    ],
)
def test_what_is_broken_says_where(text, line):
    with pytest.raises(ValueError, match=line):
        parse(text)
