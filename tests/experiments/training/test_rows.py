"""Rows of the summary and of the reductions in their quick form, without PyTorch, and what their notes say."""

import sys
from dataclasses import fields, replace

import pytest

from lowtide.experiments.runs.reduction import reduction
from lowtide.experiments.runs.reduction.reduced_networks import measure
from lowtide.experiments.runs.reduction.smaller_networks import ReductionPoint
from lowtide.experiments.runs.summary import summary


@pytest.fixture(scope="module", autouse=True)
def no_torch():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "torch", None)
        yield


@pytest.fixture(scope="module")
def summaries():
    return summary.rows(quick=True)


@pytest.fixture(scope="module")
def reductions():
    return reduction.rows(quick=True)


def test_summary_has_a_row_for_every_method(summaries):
    assert [row.method for row in summaries] == [method.name for method in summary.METHODS]
    by_name = {row.method: row for row in summaries}
    assert all(row.float_score == 875 / 899 and row.tuned_score is None for row in summaries)
    assert by_name["dynamic fixed point 8/8"].rounded_score > 0.97
    assert by_name["TWN"].rounded_score > by_name["XNOR-Net"].rounded_score > by_name["BNN"].rounded_score
    assert [by_name[name].ends for name in ("TWN", "BinaryConnect", "BNN", "XNOR-Net")] == [
        "float",
        "as the rest",
        "as the rest",
        "float",
    ]
    assert by_name["LogNet"].weight_bits == "5 (conv), 4 (linear)" and by_name["LogNet"].data_bits == 4


def test_reductions_cost_accuracy_in_order(reductions):
    for kind in ("magnitude", "filters", "channels", "low rank"):
        mine = [row for row in reductions if row.kind == kind]
        left = [row.multiplications for row in mine]
        assert left == sorted(left, reverse=True)
        assert mine[0].score > 0.95 and mine[-1].score < mine[0].score
    magnitude = {row.setting: row for row in reductions if row.kind == "magnitude"}
    assert magnitude["0.9"].multiplications == pytest.approx(0.1, abs=1e-3)
    low = {row.setting: row for row in reductions if row.kind == "low rank"}
    assert all(row.multiplications <= float(setting) for setting, row in low.items())


def test_counts_of_structured_rows_by_hand(reductions):
    full, close = 64 * 64 + 64 * 32 + 32 * 10, {"abs": 2e-3}  # a few of the trained weights are zero
    by_setting = {(row.kind, row.setting): row for row in reductions}
    assert by_setting["N:M", "2 of 4"].multiplications == pytest.approx((full - 64 * 32 / 2) / full, **close)
    half = by_setting["filters", "0.5"]
    assert half.multiplications == half.weights == pytest.approx((64 * 32 + 32 * 16 + 16 * 10) / full, **close)
    circulant = by_setting["circulant", "16"]  # 4 x 2 blocks: 6 transforms of 32, 8 products of 9 spectra, 4 each
    assert circulant.multiplications == pytest.approx((64 * 64 + 320 + 4 * (6 * 32 + 8 * 9)) / full, **close)
    assert circulant.weights == pytest.approx((64 * 64 + 320 + 8 * 16) / full, **close)


def test_notes_and_points_fit_the_rows(summaries, reductions):
    notes = summary.notes(summaries)
    assert len(notes) == 1 and "digits" in notes[0] and "BNN loses most" in notes[0]
    tuned = [replace(row, tuned_score=row.float_score - (row.published or 0) / 100) for row in summaries]
    assert "BNN and BinaryConnect here and BNN and BinaryConnect in the source" in summary.notes(tuned)[-1]
    (note,) = reduction.notes(reductions)
    assert "magnitude 50 %" in note and "circulant at no setting" in note
    full = reduction.points(False)
    assert len(set(full)) == len(full) and {point.task for point in full} == {"mnist_mlp", "cnn_fashion"}
    assert {field.name for field in fields(reduction.ReductionRow)} == set(
        measure(ReductionPoint("digits", "filters", 0.5, False))
    )


def test_pictures_are_drawn(summaries, reductions):
    for module, found in ((summary, summaries), (reduction, reductions)):
        figure = module.plot(found)
        assert figure.axes and all(axes.has_data() for axes in figure.axes)
