"""Sweep files: all combinations, each point once; what cannot be built is said; bad files are one line."""

import pytest

from lowtide.synth.sweep.space import read


def space(tmp_path, text):
    path = tmp_path / "sweep.toml"
    path.write_text(text)
    return read(path)


def test_points_are_all_combinations_of_fields_modes_and_targets(tmp_path):
    found = space(
        tmp_path,
        """
        targets = ["ge", "xc7"]
        [parallel]
        lanes = [1, 2, 4]
        x_width = [4, 8]
        modes = ["int4", "int2"]
    """,
    )
    assert not found.refusals and len(found.points) == 3 * 2 * 2 * 2
    seen = {
        (point.config.lanes, point.config.x_width, point.mode_name, point.mode.w_bits, point.target)
        for point in found.points
    }
    assert seen == {
        (lanes, x, mode, bits, target)
        for lanes in (1, 2, 4)
        for x in (4, 8)
        for mode, bits in (("int4", 4), ("int2", 2))
        for target in ("ge", "xc7")
    }
    assert not any(point.array for point in found.points)


def test_a_point_that_two_tables_state_is_there_once(tmp_path):
    text = '[[parallel]]\nlanes = [1, 2]\nmodes = "int8"\n[[parallel]]\nlanes = [2, 4]\nmodes = "int8"\n'
    assert sorted(point.config.lanes for point in space(tmp_path, text).points) == [1, 2, 4]


def test_rows_or_columns_make_it_a_sweep_of_arrays(tmp_path):
    points = space(tmp_path, '[fused]\nrows = [2, 3]\ncols = 5\nmodes = "int2"').points
    assert [(point.array, point.config.rows, point.config.cols) for point in points] == [(True, 2, 5), (True, 3, 5)]


def test_budgets_are_modes_that_keep_so_many_terms_of_the_whole_group(tmp_path):
    points = space(tmp_path, "[term]\ngroup = [4, 8]\nlanes = 4\nbudgets = [8, 12]").points
    assert [(point.mode_name, point.mode.select, point.mode.group, point.mode.budget) for point in points] == [
        ("TR g=4 k=8", True, 4, 8),
        ("TR g=4 k=12", True, 4, 12),
        ("TR g=8 k=8", True, 8, 8),
        ("TR g=8 k=12", True, 8, 12),
    ]
    assert [point.config.macs_per_cycle(point.mode) for point in points] == [2, 4 / 3, 4, 8 / 3]


def test_widths_are_modes_of_narrower_operands(tmp_path):
    points = space(tmp_path, "[parallel]\nwidths = [[8, 8], [6, 3]]").points
    assert [(point.mode_name, point.mode.x_bits, point.mode.w_bits) for point in points] == [
        ("int8", 8, 8),
        ("int6x3", 6, 3),
    ]


def test_combinations_that_cannot_be_built_are_refused_with_their_reason(tmp_path):
    found = space(
        tmp_path,
        """
        [subword]
        x_width = [8, 16]
        w_width = [8, 16]
        widths = [[8, 8], [8, 3]]
    """,
    )
    assert {(point.config.x_width, point.config.w_width) for point in found.points} == {(8, 8), (16, 16)}
    reasons = {
        (dict(refusal.values)["x_width"], dict(refusal.values)["w_width"], refusal.mode_name): refusal.reason
        for refusal in found.refusals
    }
    assert reasons == {
        (8, 16, ""): "x_width is 8 and w_width 16, allowed for kind subword are equal ones",
        (16, 8, ""): "x_width is 16 and w_width 8, allowed for kind subword are equal ones",
        (8, 8, "int8x3"): "widths is 8 x 3, which this configuration does not have",
        (16, 16, "int8x3"): "widths is 8 x 3, which this configuration does not have",
    }


def test_a_budget_beyond_the_hardware_is_refused(tmp_path):
    found = space(tmp_path, "[term]\ngroup = 4\nbudget = 8\nbudgets = [8, 9]")
    assert [point.mode.budget for point in found.points] == [8]
    assert "allowed" in found.refusals[0].reason or "budget is 9" in found.refusals[0].reason


@pytest.mark.parametrize(
    "text, said",
    [
        ("[parallel]\nlanes = [1, 0]", "lanes is 0, allowed are 1 to 64"),
        ("[term]\nlanes = [1, 17]", "lanes is 17, allowed are 1 to 16"),
        ('[parallel]\nlanes = ["many"]', "lanes is 'many', allowed are 1 to 64"),
        ("[parallel]\nrows = [300]", "rows is 300, allowed are 1 to 256"),
        ("[parallel]\nrows = [true]", "rows is True, allowed are 1 to 256"),
        ("[parallel]\nlanes = []", "lanes is empty, allowed is a list of at least one value"),
        ("[parallel]\ngroup = [4]", "group is 4, kind parallel has none: leave it out"),
        ("[parallel]\nbudgets = [4]", "budgets is 4, kind parallel selects no terms: leave it out"),
        ('[parallel]\nmultiplier = ["wallace"]', "multiplier is 'wallace', allowed are inferred, booth"),
        ('[parallel]\nw_formats = ["log9"]', "w_formats is 'log9', allowed are some of plain, log4, log5, ternary"),
        ('[parallel]\nresult_buffer = ["no"]', "result_buffer is 'no', allowed are true and false"),
        ('[parallel]\nmodes = ["int9"]', "modes is 'int9', the configurations of this sweep have int8, int8x6, int8x5"),
        ("[parallel]\nwidths = [8]", "widths is 8, allowed are pairs of 1 to 16"),
        ("[parallel]\nwidth = [8]", "width is no field of a configuration, allowed are rows, cols"),
        ("[parallel]\nname = ['a']", "name is no field of a configuration"),
        ("[term]\ndata_terms = [2]", "data_terms is stated without budgets"),
        ("[cordic]\nlanes = [1]", "table is 'cordic', allowed are targets, accuracy and the kinds parallel, term"),
        ("parallel = 3", "parallel is 3, allowed is a table of lists"),
        ('targets = ["gf12"]\n[parallel]', "targets is 'gf12', allowed are ge, xc7"),
        ("targets = []\n[parallel]", "targets is empty, allowed are ge, xc7"),
        ('[accuracy]\nint8 = "high"', "accuracy of int8 is 'high', allowed is a number"),
        ('targets = ["ge"]', "it has no table, allowed are parallel, term"),
        ("lanes = [1", "not TOML"),
    ],
)
def test_a_bad_file_is_one_line_with_field_value_and_what_is_allowed(tmp_path, text, said):
    with pytest.raises(ValueError) as caught:
        space(tmp_path, text)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(ValueError, match="No such file"):
        read(tmp_path / "none.toml")
