"""Functions of liberty files mean the same in Verilog."""

from itertools import product

import pytest

from lowtide.synth.gates.functions import expression


def table(function, pins):
    """Values for all values of the pins, the last one changing first: Verilog's operators are Python's."""
    code = expression(function).replace("1'b", "")
    return [eval(code, {}, dict(zip(pins, values, strict=True))) & 1 for values in product((0, 1), repeat=len(pins))]


@pytest.mark.parametrize(
    "function, pins, values",
    [
        ("!A", "A", [1, 0]),
        ("A'", "A", [1, 0]),
        ("!A'", "A", [0, 1]),
        ("(A)", "A", [0, 1]),
        ("A B", "AB", [0, 0, 0, 1]),
        ("A * B", "AB", [0, 0, 0, 1]),
        ("A&B", "AB", [0, 0, 0, 1]),
        ("A+B", "AB", [0, 1, 1, 1]),
        ("A | B", "AB", [0, 1, 1, 1]),
        ("A^B", "AB", [0, 1, 1, 0]),
        ("!(A B)", "AB", [1, 1, 1, 0]),
        ("(A B)'", "AB", [1, 1, 1, 0]),
        ("A' B", "AB", [0, 1, 0, 0]),
        ("A !B", "AB", [0, 0, 1, 0]),
        ("(A)(B)", "AB", [0, 0, 0, 1]),
        ("A + B C", "ABC", [0, 0, 0, 1, 1, 1, 1, 1]),
        ("A B + C", "ABC", [0, 1, 0, 1, 0, 1, 1, 1]),
        ("A ^ B & C", "ABC", [0, 0, 0, 1, 0, 1, 0, 0]),  # the exclusive or binds more
        ("A | B ^ C", "ABC", [0, 1, 1, 0, 1, 1, 1, 1]),
        ("(A0&!S) | (A1&S)", ["A0", "A1", "S"], [0, 0, 0, 1, 1, 0, 1, 1]),
        ("0", "", [0]),
        ("1", "", [1]),
    ],
)
def test_truth_tables(function, pins, values):
    assert table(function, pins) == values


@pytest.mark.parametrize("function", ["", "A &", "(A", "A)", "A ~ B", "& A", "A ? B", "!"])
def test_what_is_no_function_is_refused(function):
    with pytest.raises(ValueError, match="^function is "):
        expression(function)
