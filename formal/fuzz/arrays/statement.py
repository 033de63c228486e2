"""What the Python statement of a configuration says of a job word: whether it is accepted, and why not."""

from lowtide import golden
from lowtide.hw.config.array_config import CHUNK_BITS, ArrayConfig
from lowtide.hw.mode.reasons import Explained
from lowtide.hw.mode.word import WORD_BITS, Mode

from ...engine_checks.modes import reason_of

__all__ = ["golden_accepts", "job_parts", "mode_of_word", "stated_reason"]


def mode_of_word(word: int) -> Mode | None:
    """The mode of a word, None where a field has a value that no mode has."""
    try:
        return Mode.of_word(word)
    except ValueError:
        return None


def stated_reason(config: ArrayConfig, word: int) -> Explained:
    """The reason for which a configuration refuses a job (mode word, number of chunks and tail), the first in the
    order of the engine's checks; that of the name ``NONE`` where it accepts it."""
    return reason_of(config, *job_parts(word))


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
