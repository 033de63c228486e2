"""Layers as ranges of records."""

import pytest

from lowtide.compiler.lists.layer_records import Layer, checked_layers, record_names


def test_layers_are_ranges_in_order():
    first, second = Layer("a", 1, 2, 30), Layer("b", 4, 1)
    assert list(first.numbers) == [1, 2] and first.end == 3
    assert checked_layers([second, first], 5) == (first, second)
    assert record_names([first, second]) == {1: "a", 2: "a", 4: "b"}


def test_layers_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="records of layer a is 0, allowed are 1 and more"):
        Layer("a", 0, 0)
    with pytest.raises(ValueError, match="first_record of layer b is 1, allowed are 2 and more"):
        checked_layers([Layer("a", 0, 2), Layer("b", 1, 2)], 9)
    with pytest.raises(ValueError, match="end of layer a is 3, allowed are at most 2"):
        checked_layers([Layer("a", 1, 2)], 2)


def test_records_are_of_tensors():
    layer = Layer("a + b", 3, 6, tensors=(("a", 2), ("b", 1), ("a", 2), ("b", 1)))
    assert [layer.tensor(number) for number in layer.numbers] == ["a", "a", "b", "a", "a", "b"]
    assert Layer("a", 3, 6).tensor(4) == "a"
    with pytest.raises(ValueError, match="^tensors of layer a have 3 records, allowed are 4$"):
        Layer("a", 0, 4, tensors=(("a", 1), ("b", 2)))
