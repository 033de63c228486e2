"""Equivalence: what is proved the same, what is not, and that nothing is assumed of cycles with reset."""

import random

import pytest

from lowtide.formal.mutation.circuit import circuit_of
from lowtide.formal.mutation.graph import Graph
from lowtide.formal.mutation.relation import Comparison
from lowtide.formal.mutation.solver import satisfy

#: Two registers that are never both 1 from reset on; z is a register that only mutants may read.
TINY = """
module tiny(input clk, input rst, input [3:0] d, output y, output both, output [7:0] p, input [3:0] mutant);
  reg a, b, z;
  reg [3:0] e;
  (* keep *) wire legal = rst | !(a & b);
  always @(posedge clk) begin
    a <= ~rst & d[0];
    b <= ~rst & ((mutant == 4) ? d[1] : ~d[0]);
    z <= d[2];
    e <= d;
  end
  assign y = a ^ ((mutant == 1) & a & b & ~rst) ^ (mutant == 2) ^ ((mutant == 3) & a & b & rst) ^ ((mutant == 5) & z);
  assign both = a | b;
  assign p = (mutant == 6) ? d * e : (mutant == 7) ? d * e + (e == 9) : e * d;
endmodule
"""


@pytest.fixture(scope="module")
def comparison():
    circuit = circuit_of(TINY, top="tiny", watched="assumed", source="legal")
    return Comparison(circuit, selector="mutant", assumed="assumed[0]", sample=lambda chance, count: {})


@pytest.mark.parametrize(
    "number, outcome",
    [
        (1, "equivalent"),  # wrong only in states that are assumed away
        (2, "different"),
        (3, "different"),  # wrong in those states, but in a cycle with reset
        (4, "different"),  # only in the next state of a register
        (5, "different"),  # reads a register that the original does not
        (6, "equivalent"),  # other logic for the same product
        (7, "different"),
    ],
)
def test_a_mutant_is_equivalent_where_no_legal_state_tells_it_from_the_original(comparison, number, outcome):
    assert comparison.outcome(number, timeout=60) == outcome


def test_the_solver_decides_and_its_model_is_one():
    graph = Graph()
    a, b, c = (graph.variable(name) for name in "abc")
    asked = graph.both(graph.differ(a, b), graph.either(c, a) ^ 1)
    found = satisfy(graph, asked, timeout=20)
    assert graph.simulate([asked], found, 1) == [1]
    assert satisfy(graph, graph.both(graph.differ(a, b), graph.differ(a, b ^ 1)), timeout=20) is None
    assert satisfy(graph, asked, timeout=0) == "undecided"


def test_the_same_logic_is_the_same_node():
    graph, chance = Graph(), random.Random(1)
    a, b, c = (graph.variable(name) for name in "abc")
    assert graph.both(a, b) == graph.both(b, a) and graph.both(a, a ^ 1) == 0 and graph.either(a, a ^ 1) == 1
    parity = graph.differ(graph.differ(a, b), c)
    patterns = {literal >> 1: chance.getrandbits(64) for literal in (a, b, c)}
    expected = patterns[a >> 1] ^ patterns[b >> 1] ^ patterns[c >> 1]
    assert graph.simulate([parity, parity ^ 1], patterns, (1 << 64) - 1) == [expected, expected ^ (1 << 64) - 1]
    assert graph.support([parity]) == [a >> 1, b >> 1, c >> 1]
