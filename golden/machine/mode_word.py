"""The mode word: golden's own statement of where the fields of a `lowtide.golden.Mode` lie."""

from typing import Any

from ..mode import Mode
from ..storage_formats import DATA_FORMATS, WEIGHT_FORMATS

__all__ = ["WORD_BITS", "mode_of_word", "word_of_mode"]

#: Name, bits, what is added to the number in them; lowest bits first.
FIELDS: tuple[tuple[str, int, int], ...] = (
    ("x_signed", 1, 0),
    ("w_signed", 1, 0),
    ("hese", 1, 0),
    ("select", 1, 0),
    ("x_bits", 4, 1),
    ("w_bits", 4, 1),
    ("data_terms", 5, 0),
    ("group", 5, 1),
    ("budget", 9, 0),
    ("x_format", 2, 0),
    ("w_format", 4, 0),
    ("codebook", 1, 0),
    ("block_floating", 1, 0),
    ("group_exponent", 1, 0),
    ("diagonal", 1, 0),
)
WORD_BITS = sum(bits for _, bits, _ in FIELDS)
NAMES: dict[str, tuple[str, ...]] = {"x_format": DATA_FORMATS, "w_format": WEIGHT_FORMATS}


def mode_of_word(word: int) -> Mode:
    """The mode that a word states; ValueError where a field has a number without meaning."""
    values: dict[str, Any] = {}
    for name, bits, least in FIELDS:
        number = (word & (1 << bits) - 1) + least
        word >>= bits
        if name in NAMES:
            if number >= len(NAMES[name]):
                raise ValueError(f"mode.{name} is {number}, allowed are 0 to {len(NAMES[name]) - 1}")
            values[name] = NAMES[name][number]
        else:
            values[name] = bool(number) if bits == 1 and name != "codebook" else number
    if word:
        raise ValueError(f"mode has bits beyond the {WORD_BITS} of a mode word")
    return Mode(**values)


def word_of_mode(mode: Any) -> int:
    """The word of a mode, any object with the attributes of a `lowtide.golden.Mode`."""
    word, place = 0, 0
    for name, bits, least in FIELDS:
        value = getattr(mode, name)
        number = NAMES[name].index(value) if name in NAMES else int(value) - least
        word |= number << place
        place += bits
    return word
