"""Codebooks of the compiled model: kept after an error, refused where they were never loaded."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.hw import ArrayConfig, Engine, Mode, verilog
from lowtide.sim import Model, ModelError

CONFIG = ArrayConfig(
    name="test_codebooks",
    rows=2,
    cols=2,
    w_types=("signed", "unsigned"),
    w_formats=("plain", "codebook16", "codebook256"),
)
SIZES = {"codebook16": 16, "codebook256": 256}


class Unchecked(Mode):
    """A mode whose word asks for term selection, which the engine refuses and software does not see."""

    def word(self):
        return Mode(select=True).word()


@pytest.fixture(scope="module")
def text():
    return verilog(Engine(CONFIG))


@pytest.fixture
def compiled(text):
    """An engine of its own for every test."""
    return Model(CONFIG, verilog_text=text, quick=True)


def mode(w_format, book, **fields):
    return Mode(w_format=w_format, codebook=book, **fields)


def check(compiled, w_format, book, integers):
    """Every code of a format gives the integer that the book has in its place."""
    codes = np.arange(SIZES[w_format])[None, :]
    chosen = mode(w_format, book)
    y = compiled.gemm(np.array([[3]]), codes, chosen).y
    assert np.array_equal(y, 3 * np.asarray(integers)[None, : SIZES[w_format]])
    assert np.array_equal(y, golden.gemm(np.array([[3]]), codes, chosen, CONFIG, codebook=integers).y)


def fail(compiled):
    with pytest.raises(ModelError, match="SELECT"):
        compiled.gemm(np.ones((2, 3), int), np.ones((3, 2), int), Unchecked())


@pytest.mark.parametrize("book", [0, 1])
@pytest.mark.parametrize("w_format", SIZES)
def test_a_book_outlives_an_error(compiled, w_format, book):
    integers = np.random.default_rng(book).integers(-128, 128, SIZES[w_format])
    compiled.load_codebook(integers, book)
    check(compiled, w_format, book, integers)
    fail(compiled)
    check(compiled, w_format, book, integers)
    compiled.load_codebook(~integers, book)  # every bit the other way
    fail(compiled)
    check(compiled, w_format, book, ~integers)


def test_both_books_outlive_an_error_and_16_integers_change_the_first_of_256(compiled):
    rng = np.random.default_rng(3)
    books = [rng.integers(-128, 128, 256) for _ in range(2)]
    for number, integers in enumerate(books):
        compiled.load_codebook(integers, number)
    compiled.load_codebook(~books[1][:16], 1)
    fail(compiled)
    check(compiled, "codebook256", 0, books[0])
    check(compiled, "codebook256", 1, np.concatenate([~books[1][:16], books[1][16:]]))


@pytest.mark.parametrize("book", [0, 1])
@pytest.mark.parametrize("w_format", SIZES)
def test_a_mode_whose_book_was_never_loaded_is_refused(compiled, w_format, book):
    compiled.load_codebook(np.zeros(256, int), 1 - book)
    x, w = np.ones((1, 1), int), np.zeros((1, 1), int)
    message = f"codebook {book} has no integers loaded, w_format {w_format} needs {SIZES[w_format]}: load it first"
    with pytest.raises(ValueError, match=message):
        compiled.gemm(x, w, mode(w_format, book))
    if w_format == "codebook256":
        compiled.load_codebook(np.zeros(16, int), book)
        with pytest.raises(ValueError, match=f"codebook {book} has 16 integers loaded, w_format codebook256 needs 256"):
            compiled.gemm(x, w, mode(w_format, book))


def test_integers_beyond_the_range_of_a_mode_are_refused(compiled):
    compiled.load_codebook(np.arange(-8, 8), 0)
    x, w = np.ones((1, 1), int), np.zeros((1, 1), int)
    assert compiled.gemm(x, w, mode("codebook16", 0, w_bits=4)).y[0, 0] == -8
    with pytest.raises(ValueError, match="codebook 0 has values -8 to 7, allowed in this mode are -4 to 3"):
        compiled.gemm(x, w, mode("codebook16", 0, w_bits=3))
    with pytest.raises(ValueError, match="codebook 0 has values 0 to 255, allowed in this mode are 0 to 15"):
        compiled.gemm(x, w, mode("codebook16", 0, w_bits=4, w_signed=False))


@pytest.mark.parametrize(
    "integers, message",
    [
        (np.zeros(17, int), r"codebook 0 has shape \(17,\), allowed in test_codebooks are books 0 and 1 of 16 or 256"),
        (np.zeros(16), "codebook 0 has dtype float64, allowed are integer dtypes"),
        (np.full(16, 256), "codebook has values 256 to 256, allowed are -128 to 255"),
    ],
)
def test_what_is_no_codebook_is_refused(compiled, integers, message):
    with pytest.raises(ValueError, match=message):
        compiled.load_codebook(integers)
