"""The table of operators holds what there is."""

import re

from lowtide.compiler.onnx.described import DESCRIBED, MOVES, operator_table
from lowtide.compiler.onnx.operators.known import OPERATORS, REFUSED
from lowtide.compiler.onnx.operators_command import operator_page
from lowtide.golden.network.floating.operations import OPERATIONS


def test_every_operator_is_described_by_nodes_that_there_are():
    assert list(DESCRIBED) == sorted(OPERATORS) and not DESCRIBED.keys() & REFUSED.keys()
    assert {node for known in DESCRIBED.values() for node in known.nodes} | set(MOVES) <= OPERATIONS.keys()


def test_a_line_says_what_runs_an_operator():
    lines = {line.split("`")[1]: line for line in operator_table().splitlines()[2:]}
    assert list(lines) == list(OPERATORS)
    assert "| machine, a table |" in lines["Gelu"] and "| machine |" in lines["Conv"]
    assert "| nothing to run |" in lines["Identity"]
    assert "| not on the machine: `layer_norm` |" in lines["LayerNormalization"]


def test_the_page_names_every_operator():
    named = set(re.findall(r"^\| `(\w+)` \|", operator_page(), flags=re.M))
    assert named >= {*OPERATORS, *REFUSED, "QLinearConv", "Quant", "QuantizeLinear"}
