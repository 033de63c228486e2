"""The version of Lowtide: the package, the command line and emitted files have it from here."""

__all__ = ["__version__"]

__version__ = "0.1.0"
