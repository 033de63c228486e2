"""A folder of labelled pictures, such as the ImageNet validation set: one sub-folder, or one file name, a class.

A file's class is the name of its sub-folder, or else what its name begins with, up to the first ``_`` or the suffix:
``cat_1.jpg``, ``cat.jpg``, ``017.jpg``. These names become classes in one of three ways, the first that fits:

1. A file ``classes.txt`` in the folder: line n, counted from zero, begins with the name of class n.
2. Every name is an integer: it is the class.
3. Neither: the names in alphabetical order are the classes 0, 1, 2, ...; so are the thousand synsets of ImageNet
   (``n01440764`` is class 0), if all of them are there.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .pictures import Pictures, read

__all__ = ["SUFFIXES", "labelled_files", "picture_folder"]

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def picture_folder(folder: Path, limit: int | None = None) -> Pictures:
    """The `Pictures` in ``folder``, read at once; limit: at most so many, spread evenly. Errors as `labelled_files`."""
    paths, labels = labelled_files(folder)
    if limit is not None and limit < len(paths):
        chosen = np.arange(limit) * len(paths) // limit
        paths, labels = [paths[place] for place in chosen], labels[chosen]
    return Pictures(tuple(map(read, paths)), labels, tuple(path.name for path in paths))


def labelled_files(folder: Path) -> tuple[list[Path], NDArray[np.int64]]:
    """(paths, labels) of the pictures in ``folder``, sorted by path; labels: int64 [pictures].

    ValueError if there is no such folder, no picture in it, or a name that ``classes.txt`` does not have.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"folder is {folder}, allowed are existing folders")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise ValueError(
            f"folder {folder} has no pictures, allowed are files {', '.join(SUFFIXES)} in sub-folders of "
            "one class each or with names CLASS_anything or CLASS"
        )
    names = [_name(path, folder) for path in paths]
    numbers = _numbers(folder, names)
    unknown = sorted(set(names) - set(numbers))
    if unknown:
        raise ValueError(f"class is {unknown[0]!r}, allowed are the {len(numbers)} names in {folder / 'classes.txt'}")
    return paths, np.array([numbers[name] for name in names], np.int64)


def _name(path: Path, folder: Path) -> str:
    """The class that the path of a picture states."""
    parts = path.relative_to(folder).parts
    if len(parts) > 1:
        return parts[0]
    return path.stem.partition("_")[0]


def _numbers(folder: Path, names: list[str]) -> dict[str, int]:
    stated = folder / "classes.txt"
    if stated.exists():
        lines = [line.split() for line in stated.read_text(encoding="utf-8").splitlines()]
        return {line[0]: number for number, line in enumerate(lines) if line}
    if all(name.isascii() and name.isdigit() for name in names):
        return {name: int(name) for name in names}
    return {name: number for number, name in enumerate(sorted(set(names)))}
