"""The search for the smallest widths, on worked examples."""

import pytest

from lowtide.experiments.runs.widths.bits_per_layer import LAYERS
from lowtide.experiments.runs.widths.layer_widths import layers_of, score
from lowtide.experiments.runs.widths.layers_together import raised, smallest


def test_the_smallest_width_keeps_the_score_with_all_wider_ones():
    scores = {8: 0.97, 7: 0.97, 6: 0.96, 5: 0.94, 4: 0.96, 3: 0.5}
    assert smallest(scores, 0.95) == 6  # 4 is good again, but 5 is not
    assert smallest(scores, 0.94) == 4
    assert smallest(scores, 0.4) == 3
    assert smallest(scores, 0.99) == 8


def test_the_worst_layer_is_raised_until_the_network_keeps_the_score():
    scores = {"a": {8: 1.0, 4: 0.95, 3: 0.92, 2: 0.90}, "b": {8: 1.0, 4: 0.99, 3: 0.94, 2: 0.91}}
    asked = []

    def asked_for(widths):
        asked.append(dict(widths))
        return 0.8 + 0.02 * sum(widths.values())

    widths, found, steps = raised({"a": 2, "b": 2}, scores, 0.93, asked_for)
    # a (0.90) to 3, b (0.91) to 3, a (0.92) to 4: 0.8 + 0.02 * 7 = 0.94
    assert asked == [{"a": 2, "b": 2}, {"a": 3, "b": 2}, {"a": 3, "b": 3}, {"a": 4, "b": 3}]
    assert widths == {"a": 4, "b": 3} and steps == 3 and found == pytest.approx(0.94)


def test_nothing_is_raised_where_the_score_is_kept_and_all_end_at_the_widest_where_it_never_is():
    scores = {"a": {width: 1.0 for width in range(2, 9)}, "b": {width: 0.5 for width in range(2, 9)}}
    assert raised({"a": 3, "b": 4}, scores, 0.9, lambda widths: 0.9) == ({"a": 3, "b": 4}, 0.9, 0)
    assert raised({"a": 3, "b": 4}, scores, 0.9, lambda widths: 0.1) == ({"a": 8, "b": 8}, 0.1, 9)


def test_layers_are_those_of_the_network():
    assert layers_of("digits") == ["linear0", "linear1", "linear2"] == list(LAYERS["digits"])


def test_a_narrow_layer_costs_accuracy_and_eight_bits_do_not():
    wide = score("digits", "weights", (("linear0", 8),))
    assert wide == score("digits", "data", ())
    assert wide > score("digits", "weights", (("linear0", 2),)) + 0.02
    assert wide > score("digits", "data", (("linear2", 2),)) + 0.002
