"""Words, numbers and ends of lines are counted as stated, and the Brown corpus is split by document."""

import numpy as np
import pytest

from lowtide.workloads.data.text import corpus, corpus_of_files, encode, vocabulary_of, words_of_file, words_of_line


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("The cat sat .\n", ["the", "cat", "sat", ".", "<eos>"]),
        ("", []),
        ("  \t ", []),
        (
            "In 1961 , 3.5 % of $1,000 by 7:30",
            ["in", "<number>", ",", "<number>", "%", "of", "<number>", "by", "<number>", "<eos>"],
        ),
        ("1st B-52 -5 $ and/or 1/2", ["1st", "b-52", "-5", "$", "and/or", "<number>", "<eos>"]),
    ],
)
def test_words_of_a_line(line, words):
    assert words_of_line(line) == words


def test_vocabulary_is_the_most_frequent_words_and_unknown_last():
    words = "b a c b a b d <unk> <unk> <unk> <unk>".split()
    assert vocabulary_of(words, 3) == ("b", "a", "c", "<unk>")
    assert vocabulary_of(words, 9) == ("b", "a", "c", "d", "<unk>")
    assert encode(words, ("b", "a", "<unk>")).tolist() == [0, 1, 2, 0, 1, 0, 2, 2, 2, 2, 2]
    assert encode(words, ("b", "<unk>")).dtype == np.int32
    with pytest.raises(ValueError, match="words has no words, allowed is at least one"):
        vocabulary_of(["<unk>"], 3)


def test_vocabulary_is_that_of_the_training_words():
    data = corpus(["a", "b", "a"], ["c", "b"], ["b", "a"], size=2)
    assert data.vocabulary == ("a", "b", "<unk>")
    assert (data.train.tolist(), data.valid.tolist(), data.test.tolist()) == ([0, 1, 0], [2, 1], [1, 0])


def test_any_text_file_is_read(tmp_path):
    for name, text in (("train", "A b\n\nb b\n"), ("valid", "b x\n"), ("test", "a\n")):
        (tmp_path / name).write_text(text)
    data = corpus_of_files(*(tmp_path / name for name in ("train", "valid", "test")), size=3)
    assert data.vocabulary == ("b", "<eos>", "a", "<unk>")
    assert data.train.tolist() == [2, 0, 1, 0, 0, 1] and data.valid.tolist() == [0, 3, 1]
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(ValueError, match="empty has no words, allowed are text files"):
        words_of_file(tmp_path / "empty")
