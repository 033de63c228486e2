"""Text as a stream of word numbers, for language models; any text file can be read.

A word is what stands between white space, in lower case. A number is the word ``<number>``: a token that begins with a
digit, or ``$`` and a digit, and else has only digits, ``.``, ``,``, ``/``, ``:``, ``%`` and ``-``. The end of a line
that is not empty is the word ``<eos>``. Words outside of the vocabulary are ``<unk>``, its last entry.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "END",
    "NUMBER",
    "UNKNOWN",
    "Corpus",
    "corpus",
    "corpus_of_files",
    "encode",
    "vocabulary_of",
    "words_of_file",
    "words_of_line",
]

END, NUMBER, UNKNOWN = "<eos>", "<number>", "<unk>"
_NUMBER = re.compile(r"[$]?[0-9][0-9.,/:%-]*")


@dataclass(frozen=True, eq=False)
class Corpus:
    """A text as numbers of words.

    Parameters
    ----------
    train, valid, test : ndarray of int32 [words]
        Places of the words in the vocabulary.
    vocabulary : tuple of str
        The most frequent first, ``<unk>`` last.
    """

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    vocabulary: tuple[str, ...]


def corpus(train: list[str], valid: list[str], test: list[str], size: int = 10_000) -> Corpus:
    """The `Corpus` of three lists of words.

    Parameters
    ----------
    train, valid, test : list of str
        The words; the vocabulary is that of ``train``.
    size : int
        Words of the vocabulary besides ``<unk>``.
    """
    vocabulary = vocabulary_of(train, size)
    return Corpus(encode(train, vocabulary), encode(valid, vocabulary), encode(test, vocabulary), vocabulary)


def corpus_of_files(train: Path, valid: Path, test: Path, size: int = 10_000) -> Corpus:
    """The `Corpus` of three text files, as WikiText-2 has them.

    Parameters
    ----------
    train, valid, test : Path
        The files; the vocabulary is that of ``train``.
    size : int
        Words of the vocabulary besides ``<unk>``.
    """
    return corpus(words_of_file(train), words_of_file(valid), words_of_file(test), size)


def vocabulary_of(words: Iterable[str], size: int) -> tuple[str, ...]:
    """The ``size`` most frequent words, those that are equally frequent in alphabetical order, then ``<unk>``.

    An ``<unk>`` in the text counts as such. ValueError if there are no words.
    """
    counts = Counter(words)
    counts.pop(UNKNOWN, None)
    if not counts:
        raise ValueError("words has no words, allowed is at least one")
    ranked = sorted(counts, key=lambda word: (-counts[word], word))
    return (*ranked[:size], UNKNOWN)


def encode(words: Iterable[str], vocabulary: Sequence[str]) -> NDArray[np.int32]:
    """The number of each word, int32 [words]; the last one for words outside of the vocabulary."""
    numbers = {word: number for number, word in enumerate(vocabulary)}
    unknown = len(vocabulary) - 1
    return np.fromiter((numbers.get(word, unknown) for word in words), np.int32)


def words_of_file(path: Path) -> list[str]:
    """The words of a text file, in UTF-8. ValueError if there is none."""
    words = [word for line in Path(path).read_text(encoding="utf-8").splitlines() for word in words_of_line(line)]
    if not words:
        raise ValueError(f"{path} has no words, allowed are text files")
    return words


def words_of_line(line: str) -> list[str]:
    """The words of a line and its ``<eos>``; none of an empty line."""
    tokens = line.split()
    return [NUMBER if _NUMBER.fullmatch(token) else token.lower() for token in tokens] + [END] * bool(tokens)
