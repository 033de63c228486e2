"""A library of round numbers as a file, and the energies of its cells."""

from round_library import energies, library

__all__ = ["energies", "library"]
