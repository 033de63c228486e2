"""What the project's documents say of a kind: ``lowtide tables`` writes it where it belongs."""

from dataclasses import dataclass

__all__ = ["EVERY_FORMAT", "Documents"]

EVERY_FORMAT = "Weight formats run with every `x_bits`, and with every `w_bits` that holds their integers."


@dataclass(frozen=True, kw_only=True)
class Documents:
    """Texts about a kind, Markdown.

    Parameters
    ----------
    west, north : str
        What a PE holds for a beat, and what it takes every cycle.
    cycles, values : str
        Cycles and values of a chunk, in the kind's own letters.
    modes : str
        Sentences: which modes run beside those that tables list; empty where there are none.
    """

    west: str
    north: str
    cycles: str
    values: str
    modes: str = ""
