"""The digits demo: the integers keep the network's accuracy, the rows are honest, the RTL is bit-exact."""

import json
from dataclasses import fields

import numpy as np
import pytest

import golden
import hw
from examples.digits import __main__ as demo
from examples.digits.families import FAMILIES, Row
from examples.digits.measure import GoldenArray, float_row, mode_row
from examples.digits.network import SIZES, accuracy, digits, load, save
from examples.digits.quantised import data, quantise_network, scores
from examples.digits.train import train

MODES = [(family, label) for family in FAMILIES for label in family.modes]


@pytest.fixture(scope="module")
def split():
    return digits()


@pytest.fixture(scope="module")
def network():
    return load()


@pytest.fixture(scope="module")
def layers(network, split):
    return quantise_network(network, split.train)


@pytest.fixture(scope="module")
def rows(network, layers, split):
    found = [float_row(network, split.test, split.test_labels)]
    for family, label in MODES:
        array = GoldenArray(hw.find(family.config))
        found.append(mode_row(family, label, layers, array, split.test, split.test_labels))
    return {row.mode: row for row in found}


class WrongArray(GoldenArray):
    """An array whose last accumulator of every product is one too large."""

    def gemm(self, x, w, mode):
        result = super().gemm(x, w, mode)
        result.y[-1, -1] += 1
        return result


def test_training_reproduces_the_shipped_weights(network, split):
    trained = train(split)
    assert accuracy(trained.scores(split.test), split.test_labels) == accuracy(network.scores(split.test),
                                                                               split.test_labels)
    for found, shipped in zip(trained.weights + trained.biases, network.weights + network.biases, strict=True):
        assert np.array_equal(found, shipped)


def test_the_same_network_gives_the_same_bytes(network, tmp_path):
    for name in ("a.npz", "b.npz"):
        save(network, tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    assert (tmp_path / "a.npz").stat().st_size < 100_000


def test_a_file_of_another_network_is_refused(network, tmp_path):
    save(type(network)(network.weights[:2], network.biases[:2]), tmp_path / "short.npz")
    with pytest.raises(ValueError, match="weight_2"):
        load(tmp_path / "short.npz")


def test_the_split_keeps_every_class_and_shares_no_image(split):
    assert len(split.train) + len(split.test) == 1797
    together = {row.tobytes() for row in split.train} & {row.tobytes() for row in split.test}
    assert not together
    assert (np.abs(np.bincount(split.train_labels) - np.bincount(split.test_labels)) <= 1).all()


def test_layers_are_8_bit_integers_with_32_bit_biases(layers, split):
    x = data(split.test)
    assert x.min() == 0 and x.max() == 255
    assert [layer.weight.shape for layer in layers] == list(zip(SIZES, SIZES[1:], strict=False))
    for layer in layers:
        assert np.abs(layer.weight).max() == 127
        assert np.abs(layer.bias).max() < 1 << 31
    assert [layer.scale is None for layer in layers] == [False, False, True]


def test_integer_scores_follow_the_float_scores(network, layers, split):
    exact = network.scores(split.test)
    found = scores(layers, data(split.test), lambda x, w: x.astype(np.int64) @ w)
    assert np.corrcoef(exact.ravel(), found.ravel())[0, 1] > 0.999


def test_quantised_accuracy_is_within_a_point_of_float(rows):
    for mode in ("QT parallel", "QT term"):
        assert abs(rows[mode].accuracy - rows["float"].accuracy) <= 0.01


def test_modes_that_keep_every_term_agree_whatever_the_array(rows):
    assert rows["QT parallel"].accuracy == rows["QT term"].accuracy


def test_smaller_budgets_cost_accuracy_and_save_work(rows):
    revealed = [rows[f"TR g=8 k={budget}"] for budget in (24, 16, 12, 8, 6, 4)]
    for name in ("accuracy", "pairs_per_mac", "measured_pairs_per_mac", "cycles_per_inference"):
        values = [getattr(row, name) for row in revealed]
        assert values == sorted(values, reverse=True), name
    assert rows["float"].accuracy - revealed[2].accuracy < 0.01 < rows["float"].accuracy - revealed[-1].accuracy


def test_pairs_are_those_of_the_paper_and_never_fewer_than_measured(rows):
    assert rows["QT parallel"].pairs_per_mac == 64
    data_terms = golden.max_terms("hese", 8, False)
    assert rows["TR g=8 k=12"].pairs_per_mac == 12 * data_terms / 8
    for family, label in MODES:
        row = rows[label]
        assert 0 < row.measured_pairs_per_mac <= row.pairs_per_mac
        assert row.family == family.label and row.bit_exact is True
    nothing = {field.name for field in fields(Row) if getattr(rows["float"], field.name) is None}
    assert nothing == {field.name for field in fields(Row)} - {"mode", "family", "accuracy"}


def test_a_wrong_accumulator_is_not_bit_exact(layers, split):
    family, label = MODES[0]
    array = WrongArray(hw.find(family.config))
    assert mode_row(family, label, layers, array, split.test[:9], split.test_labels[:9]).bit_exact is False


def test_the_demo_is_bit_exact_on_the_rtl(tmp_path, capsys):
    """End to end with 21 images: a number that leaves the last tile of rows in part."""
    assert demo.command(["--images", "21", "--output", str(tmp_path / "first")]) == 0
    shown = capsys.readouterr().out
    report = json.loads((tmp_path / "first" / "demo.json").read_text())
    assert set(report) == {"rows", "images"} and report["images"] == 21
    assert [row["mode"] for row in report["rows"]] == ["float", *(label for _, label in MODES)]
    for row in report["rows"]:
        assert {"mode", "accuracy", "cycles_per_inference", "pairs_per_mac", "bit_exact"} <= set(row)
        assert row["bit_exact"] is (None if row["mode"] == "float" else True)
        assert row["mode"] in shown and row["mode"] in (tmp_path / "first" / "demo.md").read_text()
    assert (tmp_path / "first" / "demo.png").read_bytes().startswith(b"\x89PNG")
    assert "demo.png" in shown
    demo.run(21, tmp_path / "second")
    for name in ("demo.md", "demo.json", "demo.png"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


@pytest.mark.parametrize("arguments, named", [
    (["--images", "0"], "images is 0"), (["--images", "900"], "images is 900"), (["--images", "many"], "--images"),
    (["--nothing"], "--nothing"),
])
def test_bad_arguments_give_one_line_and_status_2(arguments, named, capsys, tmp_path):
    assert demo.command([*arguments, "--output", str(tmp_path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and named in lines[0]


def test_an_output_that_is_a_file_is_refused(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert demo.command(["--output", str(tmp_path / "file")]) == 2
    assert "output is" in capsys.readouterr().err
