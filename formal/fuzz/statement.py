"""What the Python statement of a configuration says of a job word: whether it is accepted, and why not."""

import golden
from hw.config import CHUNK_BITS, ArrayConfig
from hw.errors import Reason
from hw.formats import format_refusal
from hw.mode import CHOICES, FIELDS, WORD_BITS, Mode
from hw.pe.term import Term

__all__ = ["golden_accepts", "job_parts", "mode_of_word", "stated_reason"]


def numbers_of_word(word: int) -> dict[str, int]:
    """The number that each field of a mode word states, whether or not there is such a mode."""
    found, offset = {}, 0
    for field in FIELDS:
        found[field.name] = (word >> offset & (1 << field.bits) - 1) + field.bias
        offset += field.bits
    return found


def mode_of_word(word: int) -> Mode | None:
    """The mode of a word, None where a field has a value that no mode has."""
    numbers = numbers_of_word(word)
    if any(not field.least <= numbers[field.name] <= field.most for field in FIELDS):
        return None
    return Mode(**{name: CHOICES[name][number] if name in CHOICES else number for name, number in numbers.items()})


def stated_reason(config: ArrayConfig, word: int) -> Reason:
    """The reason for which a configuration refuses a job (mode word, number of chunks and tail), the first in order of
    the codes; ``Reason.NONE`` where it accepts it."""
    mode_word, chunks, tail = job_parts(word)
    supported, numbers = config.operations.supported(config), numbers_of_word(mode_word)
    for code, field in enumerate(FIELDS, start=1):
        if numbers[field.name] not in supported[field.name]:
            return Reason(code)
    mode = mode_of_word(mode_word)
    if format_refusal(mode):
        return Reason.FORMAT
    if config.operations.refusal(config, mode):
        return Reason.BUDGET_NOT_LOSSLESS if isinstance(config.operations, Term) else Reason.WIDTHS
    if chunks == 0:
        return Reason.NO_CHUNKS
    return Reason.TAIL_TOO_LONG if tail > config.values_per_beat(mode) else Reason.NONE


def job_parts(word: int) -> tuple[int, int, int]:
    """Mode word, number of chunks, and values in the last of them, of a word of the ``job`` stream."""
    return word & (1 << WORD_BITS) - 1, word >> WORD_BITS & (1 << CHUNK_BITS) - 1, (word >> WORD_BITS + CHUNK_BITS) + 1


def golden_accepts(config: ArrayConfig, mode: Mode) -> bool:
    """Whether golden says that an array of this configuration can run a mode."""
    try:
        golden.check(mode, config)
    except ValueError:
        return False
    return True
