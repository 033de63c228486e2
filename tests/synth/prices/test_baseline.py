"""No area changes unnoticed: a few PEs against the committed baseline."""

from lowtide.synth.prices.baseline import Stated, accepted, compared, measured


def test_areas_are_those_of_the_baseline():
    """Where a change is meant: lowtide baseline --write, and commit it with the reason."""
    assert compared(accepted(), measured()) == []


def test_a_change_beyond_the_tolerance_is_told():
    baseline = {"a": Stated(1000, 0.005), "b": Stated(100, 0.01)}
    assert compared(baseline, {"a": 1005, "b": 99.1}) == []
    assert compared(baseline, {"a": 994.9, "b": 101.1}) == [
        "a has 994.9 GE, -0.51 % from 1,000.0, allowed are 0.5 %",
        "b has 101.1 GE, +1.10 % from 100.0, allowed are 1 %",
    ]
    assert compared(baseline, {"a": 1000, "c": 1}) == ["b is in the baseline only", "c is in the areas only"]
