"""Folders that entries write to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["output_folder"]


@contextmanager
def output_folder(folder: str | Path) -> Iterator[Path]:
    """The folder as a path, made if it is not there.

    Raises
    ------
    ValueError
        It has no name, cannot be made, or something in it cannot be written while the context lasts: one line.
    """
    if not str(folder):
        raise ValueError("output is '', allowed are names of folders")
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        place, why = error.filename or folder, (error.strerror or str(error)).lower()
        raise ValueError(f"output is {place}: {why}, allowed are folders to write to") from None
