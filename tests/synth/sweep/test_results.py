"""The file of results: every point once, nothing computed twice, conditions that only read."""

import sqlite3

import pytest

from lowtide.synth.sweep.results import Results, select
from lowtide.synth.sweep.space import read
from lowtide.synth.sweep.work import Priced

SPACE = """
targets = ["ge"]
[parallel]
lanes = [1, 2]
modes = ["int8", "int4"]
[subword]
x_width = [8, 16]
modes = ["int8", "int2"]
[fused]
rows = 2
cols = 3
modes = ["int2"]
[accuracy]
int8 = 0.5
"""
PRICE = Priced(area=100.0, recipe="booth", areas={"plain": 120.0, "booth": 100.0}, seconds=1.0)
FAILED = Priced(failed="ERROR: no such cell")


@pytest.fixture
def space(tmp_path):
    (tmp_path / "sweep.toml").write_text(SPACE)
    return read(tmp_path / "sweep.toml")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "sweep.sqlite"


def done(path, space, price=PRICE, count=None):
    with Results.open(path, space) as results:
        works = results.todo[:count]
        for work in works:
            results.commit(work, price)
    return works


def test_a_pe_is_work_once_for_all_its_modes_and_an_array_is_two(path, space):
    with Results.open(path, space) as results:
        assert sorted((work.design.config.kind, work.design.engine) for work in results.todo) == [
            ("fused", False),
            ("fused", True),
            ("parallel", False),
            ("parallel", False),
            ("subword", False),
        ]


def test_what_is_there_is_not_asked_for_again(path, space):
    first = done(path, space, count=2)
    with Results.open(path, space) as results:
        assert results.there == 2 and not set(results.todo) & set(first) and len(results.todo) == 3
    done(path, space)
    with Results.open(path, space) as results:
        assert results.there == 5 and results.todo == []


def test_work_cannot_be_committed_twice(path, space):
    with Results.open(path, space) as results:
        results.commit(results.todo[0], PRICE)
        with pytest.raises((KeyError, sqlite3.IntegrityError)):
            results.commit(results.todo[0], PRICE)


def test_every_point_is_a_row_once_and_refusals_are_rows(path, space):
    done(path, space)
    rows = select(path)
    assert sorted((row.family, row.value("lanes"), row.mode) for row in rows if row.status == "ok") == [
        ("fused", 1, "int2"),
        ("parallel", 1, "int4"),
        ("parallel", 1, "int8"),
        ("parallel", 2, "int4"),
        ("parallel", 2, "int8"),
        ("subword", 1, "int2"),
        ("subword", 1, "int8"),
    ]
    (refused,) = (row for row in rows if row.status == "refused")
    assert (refused.value("x_width"), refused.reason) == (
        16,
        "x_width is 16 and w_width 8, allowed for kind subword are equal ones",
    )
    assert len({row.key for row in rows}) == len(rows) == 8


def test_numbers_follow_from_the_price(path, space):
    done(path, space)
    (row,) = select(path, "family == 'parallel' and lanes == 2 and mode == 'int8'")
    assert (row.pe_area, row.value("pe_area_plain"), row.value("pe_area_booth"), row.recipe) == (100, 120, 100, "booth")
    assert (row.macs_per_cycle, row.area_per_mac, row.accuracy) == (2, 50, 0.5)
    assert (row.value("rows"), row.array_area, row.unit, row.w_storage) == (None, None, "GE", 8)
    (array,) = select(path, "array_area IS NOT NULL")
    assert (array.value("rows"), array.value("cols")) == (2, 3)
    assert (array.edges_area, array.array_area) == (100, 100 + 2 * 3 * 100)
    assert array.edges_share == pytest.approx(1 / 7)
    assert array.array_area_per_mac == pytest.approx(700 / (6 * 16))  # 16 products of 2 bits a cycle and PE


def test_a_pe_of_a_tile_is_its_share(tmp_path):
    (tmp_path / "sweep.toml").write_text(
        "targets = ['ge']\n[parallel]\nrows = 4\ncols = 4\ntile_rows = [1, 2, 8]\ntile_cols = 2\nmodes = ['int8']\n"
    )
    path = tmp_path / "sweep.sqlite"
    done(path, read(tmp_path / "sweep.toml"))
    two, four = select(path, "status == 'ok'")
    assert [(row.value("tile_rows"), row.pe_area, row.value("pe_area_plain")) for row in (two, four)] == [
        (1, 50, 60),
        (2, 25, 30),
    ]
    assert (four.edges_area, four.array_area) == (100, 100 + 16 * 25)
    (refused,) = select(path, "status == 'refused'")
    assert refused.reason == "tile_rows is 8, allowed with 4 rows are 1, 2, 4"


def test_a_failure_is_a_row_with_the_line_of_the_tool(path, space):
    done(path, space, FAILED)
    assert {(row.status, row.reason) for row in select(path, "status != 'refused'")} == {
        ("failed", "ERROR: no such cell")
    }


def test_another_sweep_in_the_same_file_finds_the_work_of_the_first(path, space, tmp_path):
    done(path, space)
    (tmp_path / "other.toml").write_text('[parallel]\nlanes = [2, 4]\nmodes = ["int8x4"]\n')
    other = read(tmp_path / "other.toml")
    with Results.open(path, other) as results:
        assert (results.there, [work.design.config.lanes for work in results.todo]) == (1, [4])
        assert [(row.value("lanes"), row.mode) for row in select(path)] == [(2, "int8x4")]
    with Results.open(path, space) as results:
        assert results.todo == [] and len(select(path)) == 8


def test_a_second_writer_is_refused(path, space):
    with Results.open(path, space):
        with pytest.raises(ValueError, match="another sweep is writing it"), Results.open(path, space):
            pass


def test_a_file_of_something_else_is_one_line(path, space):
    path.parent.mkdir()
    path.write_text("these are no results " * 100)
    with pytest.raises(ValueError, match="not a database"), Results.open(path, space):
        pass


@pytest.mark.parametrize(
    "condition, count",
    [
        ("mode == 'int8'", 3),
        ('mode == "int8" and lanes <= 1', 2),
        ("group == 1 and window IS NULL", 7),
        ("mode IN ('int4', 'int2') OR status = 'refused'", 5),
        ("family LIKE 'par%'", 4),
        ("1; ", None),
        ("", 8),
    ],
)
def test_conditions_choose_rows(path, space, condition, count):
    done(path, space)
    if count is None:
        with pytest.raises(ValueError):
            select(path, condition)
    else:
        assert len(select(path, condition)) == count


@pytest.mark.parametrize(
    "condition",
    [
        "w_bitz < 4",
        "w_bits <",
        "1); DELETE FROM points; --",
        "1) --",
        "w_bits < 4)",
        "load_extension('x')",
        "writefile('a', 'b')",
        "lanes = ?",
    ],
)
def test_a_wrong_condition_is_one_line_and_changes_nothing(path, space, condition):
    done(path, space)
    with pytest.raises(ValueError, match="filter is ") as caught:
        select(path, condition)
    assert "\n" not in str(caught.value)
    assert len(select(path)) == 8
