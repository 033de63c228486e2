"""Mutants that are never seen are told from those that are: behind boxes, behind banks, in states never reached."""

from dataclasses import replace

import pytest

from lowtide.formal.mutation.circuit import circuit_of
from lowtide.formal.mutation.machines.boxes import Units
from lowtide.formal.mutation.machines.equivalence import Equivalence
from lowtide.formal.mutation.machines.from_reset import equivalent_from_reset
from lowtide.formal.mutation.machines.text import mutated_machine
from lowtide.formal.mutation.mutants import SELECTOR, STRIDE, Mutant
from lowtide.formal.mutation.relation import Comparison

from small_bank import BANK_4X2

#: Two bits of which one is 1, from a reset on; mutant 1 is seen where both are, 2 where the second is, 3 in a reset.
RING = """
module ring(clk, rst, turn, seen, mutant);
  input clk, rst, turn; input [1:0] mutant; output seen;
  reg [1:0] place;
  always @(posedge clk) if (rst) place <= 2'h1; else if (turn) place <= { place[0], place[1] };
  assign seen = turn & (mutant == 1 ? & place & !rst : mutant == 2 ? place[1] : mutant == 3 & rst & place[0]);
endmodule
"""

#: A unit with a bank and another one, which looks at the first bit of two.
PLACED = (
    BANK_4X2
    + """\
module inner(clk, taken, given, mutant);
  input clk;
  input [1:0] taken;
  output given;
  input [2:0] mutant;
  assign given = taken[0] ^ (mutant == 4);
endmodule
module outer(clk, rst, read, at, data, given, kept, mutant);
  input clk;
  input rst;
  input read;
  input [1:0] at;
  input [1:0] data;
  output given;
  output [1:0] kept;
  input [2:0] mutant;
  bank_4x2 bank (
    .clk(clk), .rst(rst), .read(read), .read_address(at ^ (mutant == 1 & !read) ^ (mutant == 2)), .read_data(kept),
    .write(!read), .write_address(at), .write_data(data)
  );
  inner part (
    .clk(clk), .taken(data ^ { mutant == 3, 1'h0 }), .given(given), .mutant(mutant)
  );
endmodule
"""
)


def compared(circuit, number):
    return Comparison(circuit, selector=SELECTOR, assumed=None, sample=lambda chance, patterns: {}).compare(
        number, timeout=20
    )


@pytest.mark.parametrize("number, outcome", [(1, "equivalent"), (2, "different"), (3, "different")])
def test_states_that_are_never_reached_do_not_matter(number, outcome):
    circuit = circuit_of(RING, top="ring")
    original, mutated = ({f"{SELECTOR}[{bit}]": each >> bit & 1 for bit in range(2)} for each in (0, number))
    assert compared(circuit, number)[0] == "different"
    assert equivalent_from_reset(circuit, original, mutated, timeout=20) == outcome


@pytest.mark.parametrize(
    "opened, number, outcome, differing",
    [
        ((), 1, "equivalent", set()),  # an address that nothing is read at
        ((), 2, "different", {"bank.memory_box.read_address[0]"}),
        ((), 3, "different", {"part.taken[1]"}),
        (("inner",), 3, "equivalent", set()),  # a bit that the other one does not look at
        (("inner",), 4, "different", {"given[0]"}),
    ],
)
def test_boxes_have_to_be_given_the_same(opened, number, outcome, differing):
    circuit = Units(PLACED).circuit("outer", frozenset(opened))
    assert compared(circuit, number) == (outcome, differing)


def test_addresses_of_memories_may_be_put_together():
    units = Units(PLACED.replace("words[write_address]", "words[{ write_address[1], write_address[0] }]"))
    assert compared(units.circuit("outer", frozenset()), 1) == ("equivalent", set())


def test_units_know_their_places():
    units = Units(PLACED)
    assert units.placed["outer"] == {"bank": "bank_4x2", "part": "inner"} and units.placers["inner"] == ["outer"]
    assert units.inside("outer") == {"outer", "inner", "bank_4x2"} and units.around("inner") == {"outer", "inner"}
    assert units.module_of("outer", "part") == "inner" and units.memory_bits("outer") == 8


@pytest.fixture(scope="module")
def machine():
    """A drawn mutant that is never reached, and others put in by hand: the last bit of what the control is given."""
    drawn = mutated_machine("parallel", count=3, seed=1, units=["lists_errors"])
    units, module, top = drawn.text.partition(f"module {drawn.config.top}(")
    mutants = drawn.mutants
    for number, net in enumerate(("s_axi_awprot", "s_axi_wdata", "m_axi_arready"), start=STRIDE + 1):
        place = f".{net}({net})"
        assert top.count(place) == 1
        top = top.replace(place, f".{net}({net} ^ ({SELECTOR} == {number}))")
        mutants = (*mutants, Mutant(number, "machine", "inv", net, place, ""))
    return replace(drawn, text=units + module + top, mutants=mutants)


def test_mutants_that_nothing_looks_at_are_equivalent_and_others_are_not(machine):
    units = Equivalence(machine, timeout=3)
    found = {mutant.net: units.outcome(mutant) for mutant in machine.mutants if mutant.unit == "machine"}
    assert found.pop("s_axi_awprot") == "equivalent"
    assert len(found) == 2 and "equivalent" not in found.values()
    never = next(mutant for mutant in machine.mutants if mutant.line == "if (_10_) watchdog_kept <= 4'h0;")
    assert units.outcome(never) == "equivalent"  # a bit of a code that the watchdog does not have
