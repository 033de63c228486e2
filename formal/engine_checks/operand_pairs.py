"""Operand pairs of the modes of a compiled model, compared with golden: results and cycles.

Codes stand where a mode stores codes. A pair lies in another lane for each mode; the other lanes hold random weights
and data of zero.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lowtide import golden
from lowtide.hw import ArrayConfig, Mode
from lowtide.hw.array.decoder import book_size, table_bits
from lowtide.hw.mode.formats import stored_range
from lowtide.sim.engine.model import Model

__all__ = [
    "book",
    "book_integers",
    "difference",
    "has_narrow_book",
    "load_books",
    "operand",
    "pairs",
    "some_modes",
    "stored",
]


def operand(rng: np.random.Generator, shape: tuple[int, ...], bits: int, is_signed: bool) -> NDArray[np.int64]:
    """Random integers over the whole range of an operand, its corners more often than chance would have them."""
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    values = rng.integers(least, most + 1, shape)
    corners = rng.choice([least, most, 0, min(1, most)], shape)
    return np.where(rng.random(shape) < 0.2, corners, values)


def stored(rng: np.random.Generator, shape: tuple[int, ...], mode: Mode, side: str) -> NDArray[np.int64]:
    """Random operands of a mode as they are stored: integers, or codes of its format."""
    kept = mode.storage(side)
    if kept.code_bits is None:
        return operand(rng, shape, getattr(mode, f"{side}_bits"), getattr(mode, f"{side}_signed"))
    return rng.choice([code for code in range(1 << kept.code_bits) if code not in kept.meaningless], shape)


def book(config: ArrayConfig, number: int) -> NDArray[np.int64]:
    """The codebook of that number that benches load: words of ``w_width`` bits, as many as the largest format has."""
    rng = np.random.default_rng(900 + number)
    return rng.integers(1 << config.w_width, size=book_size(config))


def has_narrow_book(config: ArrayConfig, mode: Mode) -> bool:
    """Whether the integers that a mode decodes its codes with are narrower than the words that benches load."""
    return bool(mode.storage("w").entries) and mode.w_bits < config.w_width


def book_integers(config: ArrayConfig, mode: Mode) -> NDArray[np.int64] | None:
    """The integers that a mode decodes its codes with, None in formats without codebook."""
    if not (entries := mode.storage("w").entries):
        return None
    words = book(config, mode.codebook)[:entries] & (1 << mode.w_bits) - 1
    return words - ((words >> mode.w_bits - 1 << mode.w_bits) if mode.w_signed else 0)


def load_books(compiled: Model) -> Model:
    """Load both codebooks into a compiled model that has any. Returns the model."""
    for number in range(2) if table_bits(compiled.config) else ():
        compiled.load_codebook(book(compiled.config, number), number)
    return compiled


def some_modes(config: ArrayConfig, others: int = 100) -> list[Mode]:
    """The modes that documents show, and so many others of all that the engine accepts, evenly spread."""
    shown = config.modes()
    rest = [mode for mode in config.pe.every_mode(config) if mode not in set(shown)]
    if len(rest) > others:
        rest = [rest[place * len(rest) // others] for place in range(others)]
    return shown + rest


def pairs(
    config: ArrayConfig, modes: Sequence[Mode], *, most: int | None = None
) -> Iterator[tuple[Mode, NDArray[np.int64], NDArray[np.int64]]]:
    """For each of the modes the product of all its data with all its weights.

    Parameters
    ----------
    config : ArrayConfig
    modes : sequence of Mode
    most : int or None
        Where the pairs take more cycles of a PE, as many random ones, the least and the largest among them.

    Yields
    ------
    mode : Mode
    x : ndarray of int64 [M, lane + 1]
        In diagonal modes [M, values of a chunk], all alike.
    w : ndarray of int64 [lane + 1, N]
        In diagonal modes [1, N].
    """
    rng = np.random.default_rng(1)
    for number, mode in enumerate(modes):
        xs, ws = (
            np.arange(least, largest + 1) for least, largest in (stored_range(mode, "x"), stored_range(mode, "w"))
        )
        ws = ws[~np.isin(ws, mode.storage("w").meaningless)]
        if most is not None and len(xs) * len(ws) * config.cycles_per_beat(mode) > most:
            size = max(2, int((most // config.cycles_per_beat(mode)) ** 0.5))
            xs, ws = (_some(rng, values, size) for values in (xs, ws))
        lane = number % config.values_per_beat(mode)
        if mode.diagonal:  # every column sees its own value of one chunk
            yield mode, np.repeat(xs[:, None], config.values_per_beat(mode), axis=1), ws[None, :]
            continue
        x, w = np.zeros((len(xs), lane + 1), np.int64), stored(rng, (lane + 1, len(ws)), mode, "w")
        x[:, lane], w[lane] = xs, ws
        yield mode, x, w


def _some(rng: np.random.Generator, values: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    inner = rng.permutation(values[1:-1])[: max(size - 2, 0)]
    return np.sort(np.concatenate([values[:1], inner, values[-1:]]))


def difference(
    compiled: Model, x: NDArray[np.integer], w: NDArray[np.integer], mode: Mode
) -> tuple[NDArray[np.int64], str]:
    """Run a product on a compiled model, in block floating point with random exponents.

    Returns
    -------
    y : ndarray of int64 [M, N]
        The results.
    line : str
        What differs from golden, "" where values and cycles are exact.
    """
    config, codebook = compiled.config, book_integers(compiled.config, mode)
    options: dict[str, NDArray[np.int64]] = {}
    narrow = codebook is not None and has_narrow_book(config, mode)
    if codebook is not None and narrow:
        compiled.load_codebook(codebook, mode.codebook)
    rng, chunks = np.random.default_rng(5), -(-x.shape[1] // config.values_per_beat(mode))
    if mode.has_exponents("x"):
        options["x_exponents"] = rng.integers(1 << config.exponent_bits, size=(x.shape[0], chunks))
    if mode.has_exponents("w"):
        options["w_exponents"] = rng.integers(1 << config.exponent_bits, size=(chunks, w.shape[1]))
    found = compiled.gemm(x, w, mode, allow_overflow=True, **options)  # golden wraps as well
    if narrow:
        load_books(compiled)
    expected = golden.gemm(x, w, mode, config, codebook=codebook, **options)
    where = f"{mode.label()}, K {x.shape[1]}"
    if wrong := int((found.y != expected.y).sum()):
        row, column = np.argwhere(found.y != expected.y)[0]
        return found.y, (
            f"{where}: {wrong} of {found.y.size} results differ, first {found.y[row, column]} instead of "
            f"{expected.y[row, column]} for row {row}, column {column}"
        )
    if found.cycles != expected.cycles:
        return found.y, f"{where}: {found.cycles} cycles instead of {expected.cycles}"
    return found.y, ""
