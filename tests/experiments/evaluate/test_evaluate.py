"""The evaluation of one's own data: formats by word, a folder of pictures, bad arguments."""

import json
from functools import partial

import numpy as np
import pytest
from PIL import Image

from lowtide.command import main
from lowtide.experiments.evaluate import picture_rows, pictures, text
from lowtide.experiments.evaluate.quantised_point import points
from lowtide.experiments.framework import running
from lowtide.experiments.runs.language_model.language import Language
from lowtide.golden.network import Graph, Node
from lowtide.golden.number_formats import E2M1, E4M3, FixedPoint, GroupExponent, TermRevealed, TwoDigits
from lowtide.golden.number_formats.words import format_of
from lowtide.workloads.networks.lstm import LanguageModel


def test_formats_have_a_word():
    assert format_of("float") is None
    assert format_of("fixed:5") == FixedPoint(5)
    assert format_of("tr:16:20") == TermRevealed(group=16, budget=20)
    assert format_of("fp8 e4m3") == E4M3
    assert format_of("group:4:16:2") == GroupExponent(FixedPoint(4), 16, 2)
    assert format_of("digits:8:1") == GroupExponent(TwoDigits(), 8, 1)
    assert format_of("e2m1:16:2") == GroupExponent(E2M1, 16, 2)


@pytest.mark.parametrize(
    "word", ["fixed", "fixed:x", "tr:8", "float:8", "nothing", "fixed:99", "tr:0:4", "group:4:8", "digits:8:5"]
)
def test_other_words_are_refused(word, capsys, tmp_path):
    with pytest.raises(ValueError, match="allowed are"):
        format_of(word)
    assert main(["evaluate", "--pictures", str(tmp_path), "--weights", word]) == 2
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


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A network that tells dark from bright in the place of EfficientNet-Lite0, and a cache of its own."""
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path / "cache"))
    weight = np.zeros((3, 2))
    weight[:, 0], weight[:, 1] = -1, 1
    graph = Graph(
        (
            Node(name="pool", op="global_average_pool", inputs=("input",)),
            Node(name="last", op="linear", inputs=("pool",), weight=weight, bias=np.zeros(2)),
        ),
        (224, 224, 3),
    )
    samples = np.random.default_rng(0).uniform(-0.1, 0.1, (8, 224, 224, 3)).astype(np.float32)
    samples += np.linspace(-1, 1, 8, dtype=np.float32)[:, None, None, None]
    for module in (picture_rows, pictures):
        monkeypatch.setattr(module, "network", lambda: (graph, samples))
    picture_rows._float_scores.cache_clear()
    yield graph
    picture_rows._float_scores.cache_clear()


def test_scores_are_those_of_all_batches_and_files_are_spread_evenly(tmp_path):
    paths, labels = picture_rows.files(folder_of(tmp_path))
    assert picture_rows.scores_of(bright, paths).argmax(axis=1).tolist() == labels.tolist() and len(labels) == 12
    some, chosen = picture_rows.files(folder_of(tmp_path), 4)
    assert len(some) == 4 and sorted(chosen) == [0, 0, 1, 1]


def test_rows_are_paired_with_the_float_network(tmp_path, small, monkeypatch):
    """A network that is wrong on one of twelve pictures loses 1/12, with the error of twelve differences."""
    folder = picture_rows.Folder.of(folder_of(tmp_path))
    exact, point = points(partial(picture_rows.PicturePoint, folder=folder), {"fixed:8": FixedPoint(8)})
    monkeypatch.setattr(picture_rows, "_quantised", lambda point: lambda x: _but_one(x))
    rows = [picture_rows.measure(each) for each in (exact, point)]
    assert [row["score"] for row in rows] == [1, pytest.approx(11 / 12)]
    assert rows[0]["loss"] == rows[0]["loss_error"] == 0 and rows[0]["units"] == 12
    assert rows[1]["loss"] == pytest.approx(1 / 12) and rows[1]["agreement"] == pytest.approx(11 / 12)
    differences = np.array([1] + [0] * 11)
    assert rows[1]["loss_error"] == pytest.approx(differences.std(ddof=1) / np.sqrt(12))


def _but_one(x):
    scores = bright(x)
    brightest = scores[:, 1].argmax()
    if len(x) == 8:
        scores[brightest] *= -1
    return scores


def test_points_have_every_rounding_that_a_format_has(tmp_path):
    folder = picture_rows.Folder.of(folder_of(tmp_path))
    words = {"float": None, "fixed:4": FixedPoint(4), "tr:8:8": TermRevealed(group=8, budget=8)}
    found = points(
        partial(picture_rows.PicturePoint, folder=folder), words, selections=(None, "least error", "largest terms")
    )
    assert [(point.word, point.selection) for point in found] == [
        ("float", None),
        ("fixed:4", None),
        ("fixed:4", "least error"),
        ("tr:8:8", None),
        ("tr:8:8", "least error"),
        ("tr:8:8", "largest terms"),
    ]


def test_a_folder_is_known_by_its_pictures_and_not_by_its_path(tmp_path):
    first = picture_rows.Folder.of(folder_of(tmp_path))
    again = picture_rows.Folder.of(folder_of(tmp_path / "elsewhere"))
    assert first == again and repr(first) == repr(again) and str(tmp_path) not in repr(first)
    next(again.path.rglob("*.png")).unlink()
    assert picture_rows.Folder.of(again.path) != first != picture_rows.Folder.of(first.path, 4)


def test_the_command_writes_table_rows_and_picture(tmp_path, small, monkeypatch, capsys):
    monkeypatch.setattr(running, "_computed", lambda work, *_: [(point, row(point), None) for row, point in work])
    output, page = tmp_path / "made" / "deep", tmp_path / "pages" / "evaluated.md"
    assert (
        main(
            [
                "evaluate",
                "--pictures",
                str(folder_of(tmp_path)),
                "--weights",
                "fixed:8",
                "--compensate",
                "-o",
                str(output),
                "--page",
                str(page),
            ]
        )
        == 0
    )
    rows = json.loads((output / "pictures.json").read_text())["rows"]
    assert [(row["weights"], row["rounding"], row["score"]) for row in rows] == [
        ("float", "-", 1.0),
        ("fixed:8", "plain", 1.0),
        ("fixed:8", "compensated", 1.0),
    ]
    table = (output / "pictures.md").read_text()
    assert "| fixed:8 | compensated | 8 | - | 12 | 100.0 ± 0.0 | 0.0 ± 0.0 | 100.0 ± 0.0 |" in table
    assert str(tmp_path) not in table and (output / "pictures.svg").exists()
    assert page.read_text() == table.replace("](pictures.svg)", "](evaluated/pictures.svg)") != table
    assert (page.parent / "evaluated" / "pictures.svg").read_bytes() == (output / "pictures.svg").read_bytes()
    assert str(output / "pictures.md") in capsys.readouterr().out


def test_a_text_is_measured_word_by_word_and_paired_with_the_float_model(tmp_path, monkeypatch):
    """Twelve bits are as good as floating point, two bits are not; words that the model does not know are counted."""
    rng, words = np.random.default_rng(2), ("the", "a", "<eos>", "<unk>")
    model = LanguageModel(
        *(rng.normal(size=shape).astype(np.float32) for shape in ((4, 8), (8, 32), (8, 32), (32,), (8, 4), (4,))),
        vocabulary=words,
    )
    numbers = rng.integers(3, size=900)
    monkeypatch.setattr(text, "language", lambda: Language(model, numbers, numbers))
    monkeypatch.setattr(running, "_computed", lambda work, *_: [(point, row(point), None) for row, point in work])
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path / "cache"))
    file = tmp_path / "some.txt"
    file.write_text("\n".join(" ".join(rng.choice(["the", "a", "strange"], 9)) for _ in range(80)))
    assert (
        main(
            [
                "evaluate",
                "--text",
                str(file),
                "--weights",
                "fixed:12,fixed:2",
                "--x-bits",
                "12",
                "-o",
                str(tmp_path / "made"),
            ]
        )
        == 0
    )
    exact, twelve, two = json.loads((tmp_path / "made" / "text.json").read_text())["rows"]
    assert exact["words"] == 800 and 0.25 < exact["unknown_words"] < 0.35 and exact["units"] == 32
    assert abs(twelve["loss"]) < 0.01 < abs(two["loss"]) and two["loss_error"] > twelve["loss_error"] > 0
    assert two["loss"] == pytest.approx(np.log(two["score"] / exact["score"]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--pictures"),
        (["--pictures", "x", "--text", "y"], "--text"),
        (["--pictures", "/nowhere"], "/nowhere"),
        (["--pictures", ".", "--limit", "0"], "limit is 0"),
        (["--text", "/nowhere"], "text is /nowhere"),
        (["--text", "/"], "text is /"),
        (["--pictures", ".", "--data-terms", "-1"], "data_terms is -1"),
        (["--pictures", ".", "--x-bits", "40"], "x_bits is 40"),
    ],
)
def test_bad_arguments_are_one_line_and_status_2(arguments, words, capsys):
    assert main(["evaluate", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and words in lines[0]
