"""Modes and job words for the engine checks: legal ones at random, and every way in which a word can be illegal."""

from collections.abc import Mapping, Sequence

import numpy as np

from lowtide.hw import ArrayConfig
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS
from lowtide.hw.mode.formats import format_refusal
from lowtide.hw.mode.reasons import Explained, Reason
from lowtide.hw.mode.word import FIELDS, WORD_BITS, Mode

__all__ = ["illegal_words", "needs_narrow_book", "random_mode", "random_modes", "reason_of"]


def random_mode(config: ArrayConfig, rng: np.random.Generator, *, narrow_books: bool = False) -> Mode:
    """A mode that the configuration accepts: every field at random among the values that are built in.

    Parameters
    ----------
    narrow_books : bool
        Codebooks of integers of less than ``w_width`` bits as well, which the books then must hold.
    """
    supported = config.pe.supported(config)
    while True:
        mode = Mode.of_numbers(_any_of_each(supported, rng))
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        if narrow_books or not needs_narrow_book(config, mode):
            return mode


def needs_narrow_book(config: ArrayConfig, mode: Mode) -> bool:
    """Whether a mode decodes with a codebook and states fewer bits than a word of the book has."""
    return bool(mode.storage("w").entries) and mode.w_bits < config.w_width


def random_modes(config: ArrayConfig, rng: np.random.Generator, count: int) -> list[Mode]:
    """So many modes: those that documents show, then random ones of all that the configuration accepts."""
    shown: list[Mode] = list(rng.permutation(np.array(config.modes(), object)))[: count // 2]
    return shown + [random_mode(config, rng) for _ in range(count - len(shown))]


def reason_of(config: ArrayConfig, word: int, chunks: int, tail: int) -> Explained:
    """Why a job must be refused, the reason ``NONE`` where it must not: the first in the order of the checks."""
    supported = config.pe.supported(config)
    for field in FIELDS:
        if field.number_in(word) not in supported[field.name]:
            return Reason(field.reason)  # type: ignore[call-arg]  # the member of that code
    mode = Mode.of_word(word)
    if format_refusal(mode):
        return Reason["FORMAT"]
    if config.pe.refusal(config, mode):
        if config.pe.refusal_reason is None:
            raise ValueError(f"refusal_reason is None, kind {config.kind} refuses modes: it must state a reason")
        return config.pe.refusal_reason
    if chunks == 0:
        return Reason["NO_CHUNKS"]
    return Reason["TAIL_TOO_LONG" if tail > config.values_per_beat(mode) else "NONE"]


def illegal_words(config: ArrayConfig, rng: np.random.Generator, count: int) -> list[tuple[int, int, int]]:
    """Job words, most of them illegal, as (mode word, chunks, tail): ``count`` of each of these sorts.

    One field wrong, every field in turn; several wrong at once; fields that are built in but do not go together;
    a budget that is one too small; no chunks; a tail that is too long; any bits at all.
    """
    found = []
    supported = config.pe.supported(config)
    for number in range(count):
        mode = random_mode(config, rng)
        good, values = mode.word(), config.values_per_beat(mode)
        wrong = []
        for field in FIELDS:
            others = [
                value
                for value in range(field.bias, field.bias + (1 << field.bits))
                if value not in supported[field.name]
            ]
            if others:
                above = supported[field.name][-1] + 1
                edges = {others[0], others[-1], int(rng.choice(others)), above if above in others else others[0]}
                wrong += [field.put(good, value) for value in sorted(edges)]
        found += [(word, 2, 1) for word in (wrong if number < 3 else rng.choice(wrong, 3).tolist())]
        several = int(rng.choice(wrong))
        for field in rng.choice(np.array(FIELDS, object), 2):
            several = field.put(several, field.bias + int(rng.integers(1 << field.bits)))
        built_in = Mode.of_numbers(_any_of_each(supported, rng)).word()
        longest = 1 << TAIL_BITS
        found += [
            (several, int(rng.integers(3)), int(rng.integers(1, longest + 1))),
            (built_in, 1, 1),
            (int(rng.integers(1 << WORD_BITS)), int(rng.integers(3)), int(rng.integers(1, longest + 1))),
            (good, 0, int(rng.integers(1, longest + 1))),
            (good, 1, values),
            (good, int(rng.integers(1, 3)), int(rng.integers(1, longest + 1))),
        ]
        if len(supported["budget"]) > 1:
            found += [(word, 2, 1) for word in _least_budget(config, rng)]
        if values < longest:
            found += [(good, 1, values + 1), (good, 0, values + 1), (good, 2, int(rng.integers(values, longest)) + 1)]
    return [(int(word), int(chunks), int(tail)) for word, chunks, tail in found if chunks < 1 << CHUNK_BITS]


def _any_of_each(supported: Mapping[str, Sequence[int]], rng: np.random.Generator) -> dict[str, int]:
    """A value of each field. ``rng.choice`` would make an array of each field's values first."""
    return {name: values[int(rng.integers(len(values)))] for name, values in supported.items()}


def _least_budget(config: ArrayConfig, rng: np.random.Generator) -> list[int]:
    """Two words that keep every term (selection off): with the least budget that is accepted, and with one less."""
    supported = config.pe.supported(config) | {"select": (0,), "w_format": (0,), "x_format": (0,)}
    numbers = _any_of_each(supported, rng)
    for budget in supported["budget"]:
        mode = Mode.of_numbers(numbers | {"budget": budget})
        if not config.pe.refusal(config, mode):
            return [mode.word()] + ([mode.change(budget=budget - 1).word()] if budget > 1 else [])
    return []
