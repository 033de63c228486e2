"""What was made once is kept on disk, under a key of everything that decides it.

::

    path = folder / f"{name}-{digest(source, *options)}"
    stored(path, lambda place: compile(source, place))

A key holds contents, never names of files or times: the same contents are the same entry, on any machine. An entry is a
file or a folder that is there whole or not at all: it is made beside its place and renamed when it is complete. Those
who want one entry at the same time, threads or processes, have it made once; the others wait for it.
"""

import errno
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

__all__ = ["contents", "digest", "stored"]

_FULL = (errno.ENOSPC, errno.EDQUOT)


def digest(*parts: object, digits: int = 16) -> str:
    """A key: hexadecimal digits that change with any of the parts.

    Parameters
    ----------
    parts : object
        Their ``str`` counts, which must say all of them.
    digits : int
        At most 64.
    """
    key = hashlib.sha256()
    for part in parts:
        text = str(part).encode()
        key.update(b"%d:" % len(text) + text)
    return key.hexdigest()[:digits]


def contents(folder: Path, files: Iterable[Path]) -> Iterator[object]:
    """Parts of a key: of each file its name within a folder, and its text."""
    for path in files:
        yield path.relative_to(folder)
        yield path.read_text()


def stored(
    path: Path,
    make: Callable[[Path], object],
    *,
    fresh: bool = False,
    is_whole: Callable[[Path], bool] = Path.exists,
) -> Path:
    """The path of an entry, which is made if it is not there.

    Parameters
    ----------
    path : Path
        Where it is kept; folders above it are made.
    make
        Called with a path that does not exist, in an empty folder on the same disk; puts the entry there, a file or a
        folder. What it raises is passed on, and nothing is kept then.
    fresh : bool
        Make it anew in any case.
    is_whole
        Whether what is there can be used; what cannot is made anew.

    Raises
    ------
    ValueError
        The folder cannot be written to, or the disk is full: one line.
    """
    if not fresh and is_whole(path):
        return path
    with _locked(path):
        if fresh or not is_whole(path):
            with _folder_beside(path) as work:
                make(work / path.name)
                _put(work / path.name, path)
    return path


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone with an entry. The file that is locked goes when the entry is there: who waits for it looks again."""
    with _one_line(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.lock")
        lock.acquire()
    try:
        yield
        Path(lock.lock_file).unlink(missing_ok=True)
    finally:
        lock.release()


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A temporary folder on the disk of an entry."""
    with _one_line(path.parent):
        folder = tempfile.TemporaryDirectory(dir=path.parent)
    with folder as name:
        try:
            yield Path(name)
        except OSError as error:
            if error.errno in _FULL:
                raise _refused(path.parent, error) from None
            raise


def _put(made: Path, path: Path) -> None:
    with _one_line(path.parent):
        if path.is_dir():
            shutil.rmtree(path)
        made.replace(path)


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refused(folder, error) from None


def _refused(folder: Path, error: OSError) -> ValueError:
    why = (error.strerror or str(error)).lower()
    return ValueError(f"cache is {folder}: {why}, allowed are folders to write to (see LOWTIDE_CACHE)")
