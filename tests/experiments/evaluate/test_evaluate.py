"""The evaluation of one's own data: formats by word, a folder of pictures, bad arguments."""

import json

import numpy as np
import pytest
from PIL import Image

from experiments.evaluate import pictures
from experiments.evaluate.__main__ import command
from experiments.evaluate.specification import format_of
from golden.formats import E4M3, FixedPoint, TermRevealed


def test_formats_have_a_word():
    assert format_of("float") is None
    assert format_of("fixed:5") == FixedPoint(5)
    assert format_of("tr:16:20") == TermRevealed(group=16, budget=20)
    assert format_of("fp8 e4m3") == E4M3


@pytest.mark.parametrize("text", ["fixed", "fixed:x", "tr:8", "float:8", "nothing", "fixed:99", "tr:0:4"])
def test_other_words_are_refused(text, capsys, tmp_path):
    with pytest.raises(ValueError, match="allowed are"):
        format_of(text)
    assert command(["--pictures", str(tmp_path), "--weights", text]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def folder_of(tmp_path):
    """Pictures of one colour each; their class is 0 for dark, 1 for bright."""
    rng = np.random.default_rng(1)
    for number in range(12):
        level = rng.integers(100) + 150 * (number % 2)
        folder = tmp_path / "pictures" / str(number % 2)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((40, 50, 3), level, np.uint8)).save(folder / f"{number}.png")
    return tmp_path / "pictures"


def bright(x):
    """Scores of a network that tells the two classes apart."""
    mean = x.mean(axis=(1, 2, 3))
    return np.stack([-mean, mean], axis=1)


def test_accuracy_and_agreement_are_counted_over_all_batches(tmp_path):
    paths, labels = pictures.files(folder_of(tmp_path))
    seen = []
    right, same = pictures.measure([bright, lambda x: -bright(x), lambda x: bright(x) * [1, 0]], paths, labels,
                                   on_pictures=seen.append)
    assert right[0] == 1 and right[1] == 0 and same[0] == 1 and same[1] == 0
    assert right[2] == same[2] and sum(seen) == 12
    some, chosen = pictures.files(folder_of(tmp_path), 4)
    assert len(some) == 4 and sorted(chosen) == [0, 0, 1, 1]


def test_the_command_writes_rows(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pictures, "network", lambda: (None, None))
    monkeypatch.setattr(pictures, "quantised", lambda graph, samples, format, x_bits, compensated: (
        bright if format is None or compensated else lambda x: -bright(x)))
    output = tmp_path / "made" / "rows.json"
    assert command(["--pictures", str(folder_of(tmp_path)), "--weights", "tr:8:10", "--compensate",
                    "-o", str(output)]) == 0
    rows = json.loads(output.read_text())["rows"]
    assert [(row["weights"], row["compensated"], row["accuracy"]) for row in rows] == [
        ("float", False, 1.0), ("tr:8:10", False, 0.0), ("tr:8:10", True, 1.0)]
    assert str(output.name) in capsys.readouterr().out


@pytest.mark.parametrize(("arguments", "words"), [
    ([], "--pictures"), (["--pictures", "x", "--text", "y"], "--text"), (["--pictures", "/nowhere"], "/nowhere"),
    (["--pictures", ".", "--limit", "0"], "limit is 0"), (["--pictures", ".", "--x-bits", "40"], "x_bits is 40"),
])
def test_bad_arguments_are_one_line_and_status_2(arguments, words, capsys):
    assert command(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and words in lines[0]
