"""Rows are computed in two processes: what is missing is told of, and a dead worker loses only what it was at."""

import io
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console

from lowtide.experiments.framework.experiment import Column, Experiment, Selection, Series
from lowtide.experiments.framework.report import page, write
from lowtide.experiments.framework.running import RowFailed, WorkerDied, kept_results, run
from lowtide.workloads.data.fetch import DataMissing

QUIET = Console(file=io.StringIO())


@dataclass(frozen=True)
class Square:
    task: str
    square: int


@dataclass(frozen=True)
class Point:
    task: str
    number: int
    folder: str


def square(point):
    Path(point.folder, f"{point.number}-{os.getpid()}").touch()
    return {"task": point.task, "square": point.number**2}


def dies_once(point):
    flag = Path(point.folder, "died")
    if point.number == 3 and not flag.exists():
        flag.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(point)


def dies(point):
    os.kill(os.getpid(), signal.SIGKILL)


def lacks(point):
    if point.task == "lacking":
        raise DataMissing("weights are not there; get them with: fetch weights")
    return square(point)


def wrong(point):
    raise ValueError("scale is 0")


def several(point):
    return [square(point)] * point.number


def experiment(row, points, prepare=lambda task: None):
    def plot(rows):
        from lowtide.experiments.framework.plots import curve, panels

        figure, axes = panels(["squares"])
        curve(axes[0], [(number, row.square) for number, row in enumerate(rows)], "squares", 0)
        return figure

    return Experiment(
        name="squares",
        description="Squares of numbers",
        about="Numbers\nare squared.",
        series=(Series(points=lambda quick: points, row=row, read=lambda stated: Square(**stated)),),
        prepare=prepare,
        columns=(
            Column("task", lambda row: row.task, left=True),
            Column("square", lambda row: row.square),
            Column("none", lambda row: None),
        ),
        notes=lambda rows: [f"The largest is {max(row.square for row in rows)}."],
        plot=plot,
        seeds={"numbers": 5},
    )


@pytest.fixture
def points(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "calls"
    folder.mkdir()
    return [Point("digits", number, str(folder)) for number in range(6)]


def calls(points):
    return sorted(int(path.name.split("-")[0]) for path in Path(points[0].folder).glob("*-*"))


def test_rows_come_in_the_order_of_points_from_other_processes_and_once(points):
    first = run(experiment(square, points), console=QUIET, jobs=2)
    assert [row.square for row in first.rows] == [0, 1, 4, 9, 16, 25]
    assert first.computed == 6 and not first.missing and calls(points) == [0, 1, 2, 3, 4, 5]
    pids = {path.name.split("-")[1] for path in Path(points[0].folder).glob("*-*")}
    assert str(os.getpid()) not in pids and len(pids) <= 2
    again = run(experiment(square, points), console=QUIET, jobs=2)
    assert again.rows == first.rows and again.computed == 0 and len(calls(points)) == 6


def test_only_new_points_are_computed_and_fresh_computes_all(points):
    run(experiment(square, points[:4]), console=QUIET, jobs=2)
    assert run(experiment(square, points), console=QUIET, jobs=2).computed == 2
    assert run(experiment(square, points), fresh=True, console=QUIET, jobs=2).computed == 6


def test_rows_of_a_killed_worker_are_recomputed(points):
    found = run(experiment(dies_once, points), console=QUIET, jobs=2)
    assert [row.square for row in found.rows] == [0, 1, 4, 9, 16, 25]
    assert Path(points[0].folder, "died").exists()


def test_workers_that_always_die_end_the_experiment_and_done_rows_stay(points):
    run(experiment(square, points[:2]), console=QUIET, jobs=2)
    with pytest.raises(WorkerDied, match="rows that were done are kept"):
        run(experiment(dies, [replace(point, number=9) for point in points[:1]]), console=QUIET, jobs=2)
    assert run(experiment(square, points[:2]), console=QUIET, jobs=2).computed == 0


@pytest.mark.parametrize("where", ["prepare", "row"])
def test_missing_data_are_told_of_and_the_others_run(points, where):
    def prepare(task):
        if where == "prepare" and task == "lacking":
            raise DataMissing("weights are not there; get them with: fetch weights")

    mixed = [*points[:2], replace(points[2], task="lacking"), points[3]]
    found = run(experiment(lacks, mixed, prepare), console=QUIET, jobs=2)
    assert [row.square for row in found.rows] == [0, 1, 9]
    assert found.missing == {"lacking": "weights are not there; get them with: fetch weights"}


def test_kept_rows_need_no_data(points):
    run(experiment(square, points), console=QUIET, jobs=2)

    def prepare(task):
        raise DataMissing("nothing is there")

    found = run(experiment(square, points, prepare), console=QUIET, jobs=2)
    assert len(found.rows) == 6 and not found.missing


def test_kept_results_are_those_of_tasks_that_lack_nothing(points):
    mixed = [*points[:2], replace(points[2], task="half"), replace(points[3], task="half")]
    run(experiment(square, mixed[:3]), console=QUIET, jobs=2)
    found = kept_results(experiment(square, mixed))
    assert [row.square for row in found.rows] == [0, 1] and found.computed == 0 and calls(points) == [0, 1, 2]
    assert found.missing == {"half": "1 of 2 points are not computed; compute them with: lowtide experiment squares"}


def test_a_mistake_in_a_row_names_its_point(points):
    with pytest.raises(RowFailed, match="number=0.*scale is 0"):
        run(experiment(wrong, points[:1]), console=QUIET, jobs=2)


def test_a_point_may_have_several_rows(points):
    found = run(experiment(several, points[:4]), console=QUIET, jobs=2)
    assert [row.square for row in found.rows] == [1, 4, 4, 9, 9, 9] and found.computed == 4


def test_report_has_table_notes_seeds_and_what_is_missing(points, tmp_path):
    mixed = [*points[:2], replace(points[2], task="lacking")]
    made = experiment(lacks, mixed)
    report = write(made, run(made, console=QUIET, jobs=2), tmp_path)
    assert [path.name for path in report.paths] == ["squares.md", "squares.json", "squares.svg"]
    text = report.text.read_text().splitlines()
    assert "Numbers" in text and "are squared." in text and "![Squares of numbers](squares.svg)" in text
    assert "| task | square | none |" in text and "|---|---:|---:|" in text and "| digits | 1 | - |" in text
    assert "- Missing, lacking: weights are not there; get them with: fetch weights" in text
    assert text[-1] == "Seeds: numbers 5." and report.notes == ["The largest is 1."]
    assert "- The largest is 1." in text


def test_an_experiment_without_rows_has_no_picture(points, tmp_path):
    made = experiment(lacks, [replace(points[0], task="lacking")])
    report = write(made, run(made, console=QUIET, jobs=2), tmp_path)
    assert [path.name for path in report.paths] == ["squares.md", "squares.json"]
    assert report.notes == [] and report.picture is None


def test_a_page_has_the_rows_to_look_at_and_says_which(points, tmp_path):
    made = experiment(square, points)
    some = replace(made, name="large_squares", shown=Selection("the last two", lambda rows: rows[-2:]))
    lacking = experiment(lacks, [replace(points[0], task="lacking")])
    reports = [write(each, run(each, console=QUIET, jobs=2), tmp_path) for each in (made, some, lacking)]
    first, second, third = (page(report, f"lowtide experiment {report.experiment.name}") for report in reports)
    assert (
        first.startswith("# Squares\n\nMade by `lowtide experiment squares`;")
        and first.count("| digits |") == 6
        and "The table has" not in first
    )
    assert second.startswith("# Large squares\n") and "![Squares of numbers](large_squares.svg)" in second
    assert second.count("| digits |") == 2 and "| digits | 25 | - |" in second
    assert "The table has the last two. 4 further rows are in the files that the command writes." in second
    assert "- Missing, lacking: weights are not there" in third and "| digits |" not in third and "svg" not in third
