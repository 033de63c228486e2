"""Paths that GNU Make takes.

Verilator's builds are run by Make, which cannot take a space, ``#``, ``$`` or ``:`` in the name of a file. Where the
path of a checkout or of a cache has such a character, builds are made in a private folder and reach what lies elsewhere
through links from there.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

__all__ = ["PathRefused", "is_plain", "plain", "private_folder"]


class PathRefused(ValueError):
    """No folder on this machine has a path that Make takes."""


def is_plain(path: str | Path) -> bool:
    """Whether Make takes a path: letters, digits, and ``_ . / + @ , -``."""
    return re.fullmatch(r"[\w./+@,-]*", str(path)) is not None


def private_folder() -> Path:
    """The user's own folder for builds with a plain path: in the user's cache, else in the folder for temporary files.

    Raises
    ------
    PathRefused
        Neither has a plain path, or the folder belongs to somebody else.
    """
    folders = [user_cache_path("lowtide").absolute(), Path(tempfile.gettempdir(), f"lowtide-{os.getuid()}").absolute()]
    for folder in filter(is_plain, folders):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid == os.getuid():
                return folder
        except OSError:
            continue
    raise PathRefused(
        f"no folder for builds: Make takes letters, digits and _ . / + @ , - in a path, and {folders[0]} "
        f"and {folders[1]} have others, cannot be made or belong to another user; name one by "
        "LOWTIDE_CACHE"
    )


def plain(path: str | Path) -> Path:
    """A path to the same file or folder that Make takes: itself, or one through a link in :func:`private_folder`."""
    path = Path(path).absolute()
    if is_plain(path):
        return path
    folder = path if path.is_dir() else path.parent
    link = private_folder() / f"link-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    if not (link.is_symlink() and Path(os.readlink(link)) == folder):
        made = link.with_name(f"{link.name}.{os.getpid()}")
        made.symlink_to(folder)
        os.replace(made, link)
    found = link if folder == path else link / path.name
    if not is_plain(found):
        raise PathRefused(f"{path}: Make takes letters, digits and _ . / + @ , - in the name of a file")
    return found
