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
    what, choose : str
        What the kind does and when to choose it, in half a line each.
    steps : tuple of str
        What operands go through inside a PE before they are accumulated, a few words for each step, in order. A line
        break in them is one in the drawing.
    """

    west: str
    north: str
    cycles: str
    values: str
    modes: str = ""
    what: str = ""
    choose: str = ""
    steps: tuple[str, ...] = ()
