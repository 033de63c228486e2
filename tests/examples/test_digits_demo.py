"""The digits demo: the integers keep the network's accuracy, the rows are honest, the RTL is bit-exact."""

import json
from dataclasses import fields, replace
from importlib import import_module

import pytest

from lowtide import golden, hw
from lowtide.command import main
from lowtide.common.quantisation import Quantisation
from lowtide.examples.digits import area as pricing
from lowtide.examples.digits import command as demo
from lowtide.examples.digits import plot, report
from lowtide.examples.digits.families import FAMILIES
from lowtide.examples.digits.measure import Row, float_row, mode_row
from lowtide.synth.designs.structures import structures
from lowtide.workloads.digits.golden_array import GoldenArray
from lowtide.workloads.digits.network import digits, load
from lowtide.workloads.digits.quantised import quantise_network
from lowtide.workloads.digits.weights import Precision

from named_arrays import sized

SETTINGS = [(family, setting) for family in FAMILIES for setting in family.settings]
GROUPED = [setting.label for _, setting in SETTINGS if setting.mode.group_exponent]
AREA = 1000.0  # of every PE, where a test needs none


@pytest.fixture(scope="module")
def split():
    return digits()


@pytest.fixture(scope="module")
def network():
    return load()


@pytest.fixture(scope="module")
def integers(network, split):
    return quantise_network(network, split.train, Precision())


@pytest.fixture(scope="module")
def rows(network, split):
    precisions = {setting.precision for _, setting in SETTINGS}
    quantised = {precision: quantise_network(network, split.train, precision) for precision in precisions}
    found = [float_row(network, split.test, split.test_labels)]
    for family, setting in SETTINGS:
        array = GoldenArray(hw.find(setting.config))
        found.append(
            mode_row(family, setting, quantised[setting.precision], array, AREA, split.test, split.test_labels)
        )
    return {(row.family, row.mode): row for row in found}


class WrongArray(GoldenArray):
    """An array whose last accumulator of every product is one too large."""

    def gemm(self, x, w, mode, **exponents):
        result = super().gemm(x, w, mode, **exponents)
        result.y[-1, -1] += 1
        return result


def test_families_are_kinds_and_every_row_has_a_name_of_its_own():
    assert [family.name for family in FAMILIES] == list(hw.pe.KINDS)
    names = [(family.name, setting.label) for family, setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(hw.find(setting.config).kind == family.name for family, setting in SETTINGS)


@pytest.mark.parametrize("family, setting", SETTINGS, ids=lambda value: getattr(value, "name", None) or value.label)
def test_arrays_take_the_modes_of_their_rows(family, setting):
    config = hw.find(setting.config)
    config.check_mode(setting.mode)
    golden.check(setting.mode, config)
    assert setting.precision.w_bits <= setting.mode.w_bits and setting.precision.w_format in config.w_formats


def test_quantised_accuracy_is_within_a_point_of_float(rows):
    least = rows["float", "float"].accuracy - 0.01
    for (_, mode), row in rows.items():
        if mode in ("int8", "int8x6", "int6", "int8x4", "int4", "codebook16", "two_digits", "e2m1", *GROUPED):
            assert row.accuracy >= least, row


def test_rows_that_compute_the_same_agree_whatever_the_array(rows):
    for mode in ("int8", "int8x6", "int6", "int8x4", "int8x2", "int4", "log4", "codebook16"):
        same = {row.accuracy for row in rows.values() if row.mode == mode}
        assert len(same) == 1, mode


def test_fewer_bits_cost_accuracy_and_never_cycles(rows):
    for family in FAMILIES:
        found = [
            rows[family.name, setting.label]
            for setting in family.settings
            if setting.quantisation.is_integer and setting.quantisation.x_bits == 8
        ]
        for name in ("accuracy", "pairs_per_mac", "cycles_per_inference", "area_time"):
            values = [getattr(row, name) for row in found]
            assert values == sorted(values, reverse=True), (family.name, name)


def test_groups_with_an_exponent_cost_neither_cycles_nor_pairs(rows):
    assert len(GROUPED) == 3
    for name in GROUPED:
        grouped, plain = rows["digit", name], rows["digit", name.split()[0]]
        assert grouped.quantisation.groups is not None and plain.quantisation.groups is None
        assert (
            grouped.cycles_per_inference == plain.cycles_per_inference and grouped.configuration == plain.configuration
        )
        assert grouped.pairs_per_mac == plain.pairs_per_mac


def test_smaller_budgets_cost_accuracy_and_save_work(rows):
    revealed = [rows["term", f"TR g=8 k={budget}"] for budget in (24, 16, 12, 8, 6, 4)]
    for name in ("accuracy", "pairs_per_mac", "measured_pairs_per_mac", "cycles_per_inference"):
        values = [getattr(row, name) for row in revealed]
        assert values == sorted(values, reverse=True), name
    exact = rows["float", "float"].accuracy
    assert exact - revealed[2].accuracy < 0.01 < exact - revealed[-1].accuracy


def test_pairs_are_those_of_the_paper_and_never_fewer_than_measured(rows):
    assert all(row.pairs_per_mac == 64 for row in rows.values() if row.family == "parallel")
    assert rows["term", "TR g=8 k=12"].pairs_per_mac == 12 * golden.max_terms("hese", 8, False) / 8
    assert rows["term_pair", "TR g=8 k=12 s=2"].pairs_per_mac == 12 * 2 / 8
    for family, setting in SETTINGS:
        row = rows[family.name, setting.label]
        assert 0 < row.measured_pairs_per_mac <= row.pairs_per_mac
        assert row.area_time * row.multiplications_per_cycle_per_pe == pytest.approx(AREA)
        assert row.bit_exact is True
    nothing = {field.name for field in fields(Row) if getattr(rows["float", "float"], field.name) is None}
    assert nothing == {field.name for field in fields(Row)} - {"family", "accuracy"}


def test_a_wrong_accumulator_is_not_bit_exact_and_is_shown(integers, split):
    family, setting = SETTINGS[0]
    array = WrongArray(hw.find(setting.config))
    row = mode_row(family, setting, integers, array, AREA, split.test[:9], split.test_labels[:9])
    assert row.bit_exact is False
    assert "NO" in [text(row) for _, text in report.COLUMNS]


def test_notes_name_every_kind_and_the_area_of_every_array(rows):
    notes = " ".join(report.notes(list(rows.values()), FAMILIES))
    assert all(f"{family.name}, {family.title}" in notes for family in FAMILIES)
    assert all(f"{setting.config} {AREA:,.0f}" in notes for _, setting in SETTINGS)


def test_the_area_of_a_pe_is_synthesised_once(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    config = hw.ArrayConfig(kind="digit", rows=2, cols=2, lanes=2, x_width=2, w_width=2, acc_width=8)
    assert len(structures(config)) > 1  # the area is that of the one that it states
    found = pricing.pe_area(config)
    assert 50 < found < 1000
    monkeypatch.setattr(import_module("lowtide.synth.flow.synthesise"), "_counted", None)
    assert pricing.pe_area(replace(config, name="other", rows=3)) == found


def test_the_picture_takes_rows_of_any_accuracy(tmp_path):
    one = Row(
        quantisation=Quantisation(),
        family="parallel",
        accuracy=1.0,
        configuration="c",
        cycles_per_inference=9.0,
        pairs_per_mac=64.0,
        area_time=700.0,
    )
    rows = [
        Row(quantisation=None, family="float", accuracy=1.0),
        one,
        replace(one, quantisation=Quantisation(w_bits=2), accuracy=0.0, area_time=70.0, pairs_per_mac=16.0),
    ]
    assert plot.write(rows, FAMILIES[:1], 9, tmp_path / "demo.png").read_bytes().startswith(b"\x89PNG")


def test_the_demo_writes_every_row_the_same_each_time(tmp_path):
    made = [
        demo.run(21, tmp_path / name, array=GoldenArray, area=lambda config: AREA)[1] for name in ("first", "second")
    ]
    for first, second in zip(*made, strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name
    result = json.loads((tmp_path / "first" / "demo.json").read_text())
    assert set(result) == {"rows", "images"} and result["images"] == 21
    names = [(row["family"], row["mode"]) for row in result["rows"]]
    assert names == [("float", "float"), *((family.name, setting.label) for family, setting in SETTINGS)]
    markdown = (tmp_path / "first" / "demo.md").read_text()
    for row in result["rows"]:
        assert row["bit_exact"] is (None if row["mode"] == "float" else True)
        assert f"| {row['mode']} | {row['family']} |" in markdown


def test_the_demo_is_bit_exact_on_the_rtl(tmp_path, capsys, monkeypatch):
    """One row of each kind on an array of 2x2 with 21 images: a number that leaves the last tile of rows in part."""
    one_each = tuple(replace(family, settings=family.settings[-1:]) for family in FAMILIES)
    monkeypatch.setattr(demo, "FAMILIES", one_each)
    monkeypatch.setattr(demo.hw, "find", lambda name: sized(name, 2, 2))
    monkeypatch.setitem(demo.run.__kwdefaults__, "area", lambda config: AREA)
    assert main(["demo", "--images", "21", "--output", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    result = json.loads((tmp_path / "demo.json").read_text())["rows"]
    assert [row["bit_exact"] for row in result] == [None, *(True for _ in one_each)]
    assert all(row["area_time"] > 0 for row in result[1:])
    assert all(family.name in shown for family in one_each) and "demo.png" in shown


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["--images", "0"], "images is 0"),
        (["--images", "900"], "images is 900"),
        (["--images", "many"], "images is 'many'"),
        (["--nothing"], "--nothing"),
    ],
)
def test_bad_arguments_give_one_line_and_status_2(arguments, named, capsys, tmp_path):
    assert main(["demo", *arguments, "--output", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and named in lines[0]


def test_an_output_that_is_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["demo", "--output", str(tmp_path / "file")]) == 2
    assert "output is" in capsys.readouterr().err
