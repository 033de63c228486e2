"""What `lowtide sweep` writes and shows of a sweep, and what it refuses."""

import re
import sys

import pytest

from lowtide.command import main

from sweeps import DESIGNS


def test_every_point_has_a_price(uninterrupted):
    ok = [row for row in uninterrupted if row.status == "ok"]
    assert len(ok) == DESIGNS and len({row.key for row in ok}) == DESIGNS
    areas = {(row.value("lanes"), row.value("x_width"), row.value("w_width")): row.pe_area for row in ok}
    assert len(areas) == DESIGNS and 100 < areas[1, 2, 2] < areas[1, 4, 3] < areas[2, 4, 3] < 2000


def test_reports_of_equal_sweeps_have_equal_bytes(folder, uninterrupted, capsys):
    for name in ("whole", "again"):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "sweep.sqlite").write_bytes((folder / "whole" / "sweep.sqlite").read_bytes())
        assert main(["sweep", str(folder / "sweep.toml"), "-o", str(folder / name), "--top", "3"]) == 0
    for name in ("sweep.md", "front.png", "front.svg"):
        assert (folder / "whole" / name).read_bytes() == (folder / "again" / name).read_bytes()
    page = (folder / "whole" / "sweep.md").read_text()
    assert "x_width is 16 and w_width 8, allowed for kind subword are equal ones" in page
    assert len(re.findall(r"^\| ge \| parallel \| int2 \|.*lanes 2", page, flags=re.M)) >= 1


def test_a_filter_limits_what_is_shown(folder, uninterrupted, capsys):
    assert (
        main(
            [
                "sweep",
                str(folder / "sweep.toml"),
                "-o",
                str(folder / "whole"),
                "--filter",
                "lanes == 1",
                "--by",
                "pe_area",
                "--top",
                "2",
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert f"{DESIGNS + 1} points" in said and "4 of them shown" in said and "lanes 2" not in said


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--filter", "lanez == 1"], "filter is 'lanez == 1': no such column: lanez"),
        (["--by", "beauty"], "by is 'beauty', allowed are macs_per_cycle"),
        (["--front", "pe_area,speed"], "front is 'speed', allowed are macs_per_cycle"),
        (["--jobs", "0"], "jobs is 0, allowed are 1 and more"),
        (["--top", "-1"], "top is -1, allowed are 0 and more"),
        (["--dask", "tcp://127.0.0.1:9"], "dask is 'tcp://127.0.0.1:9', no scheduler answers there"),
        (["--dask", "carrier pigeon"], "dask is 'carrier pigeon', no scheduler answers there"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(folder, tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.setattr("lowtide.synth.sweep.workers.ANSWER", "1s")
    assert main(["sweep", str(folder / "sweep.toml"), "-o", str(tmp_path), *arguments]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and said in errors[0]


def test_without_the_package_dask_says_what_to_install(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["sweep", str(folder / "sweep.toml"), "-o", str(tmp_path), "--dask", "tcp://127.0.0.1:9"]) == 2
    assert "pip install 'lowtide[cluster]'" in capsys.readouterr().err
