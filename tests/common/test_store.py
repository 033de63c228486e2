"""The store: an entry is there whole or not at all, made once by whoever asks, and a bad folder is one line."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lowtide.common.store import digest, stored


def test_a_key_changes_with_every_part_and_with_where_one_ends():
    keys = [digest(), digest(""), digest("ab"), digest("a", "b"), digest("b", "a"), digest("ab", ""), digest(1, 2)]
    assert len(set(keys)) == len(keys) and {len(key) for key in keys} == {16}
    assert digest("ab", digits=32).startswith(digest("ab")) and len(digest("ab", digits=32)) == 32
    assert digest(1, "x") == digest("1", "x")


def test_files_and_folders_are_made_once(tmp_path):
    calls = []

    def write_file(place):
        calls.append(place)
        place.write_text("content")

    def write_folder(place):
        calls.append(place)
        place.mkdir()
        (place / "part").write_text("content")

    for _ in range(2):
        assert stored(tmp_path / "deep" / "file", write_file).read_text() == "content"
        assert (stored(tmp_path / "folder", write_folder) / "part").read_text() == "content"
    assert len(calls) == 2
    assert {path.name for path in tmp_path.rglob("*")} == {"deep", "file", "folder", "part"}  # and nothing beside them


def test_what_fails_leaves_nothing_and_can_be_made_again(tmp_path):
    def fail(place):
        place.write_text("half")
        raise RuntimeError("the tool failed")

    with pytest.raises(RuntimeError, match="the tool failed"):
        stored(tmp_path / "entry", fail)
    assert [path.name for path in tmp_path.iterdir()] in ([], ["entry.lock"])
    stored(tmp_path / "entry", lambda place: place.write_text("whole"))
    assert (tmp_path / "entry").read_text() == "whole"


def test_fresh_and_broken_entries_are_made_anew(tmp_path):
    def write(text):
        return lambda place: place.write_text(text)

    path = stored(tmp_path / "entry", write("first"))
    assert stored(path, write("second"), fresh=True).read_text() == "second"
    assert stored(path, write("third"), is_whole=lambda place: place.exists() and "t" in place.read_text())
    assert path.read_text() == "third"  # "second" has no t
    folder = stored(tmp_path / "folder", lambda place: place.mkdir())

    def filled(place):
        place.mkdir()
        (place / "part").touch()

    assert (stored(folder, filled, is_whole=lambda place: (place / "part").exists()) / "part").exists()


def test_threads_that_ask_at_once_have_it_made_once(tmp_path):
    calls, started = [], threading.Barrier(4)

    def make(place):
        calls.append(place)
        place.write_text("content")

    def ask(number):
        started.wait(timeout=60)
        return stored(tmp_path / "entry", make).read_text()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["content"] * 4
    assert len(calls) == 1


PROCESS = """
import sys, os, time
from pathlib import Path
from lowtide.common.store import stored

def make(place):
    with open(sys.argv[2], "a") as log:
        log.write("made\\n")
    time.sleep(0.2)
    place.write_text("content")

print(stored(Path(sys.argv[1]), make).read_text())
"""


def test_processes_that_ask_at_once_have_it_made_once(tmp_path):
    command = [sys.executable, "-c", PROCESS, str(tmp_path / "entry"), str(tmp_path / "log")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in running] == ["content\n"] * 3
    assert (tmp_path / "log").read_text() == "made\n"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"^cache is \S+: not a directory, allowed are folders to write to") as raised:
        stored(tmp_path / "file" / "sub" / "entry", lambda place: place.touch())
    assert "\n" not in str(raised.value)


def test_a_full_disk_is_one_line_and_other_errors_are_those_of_the_maker(tmp_path):
    def full(place):
        raise OSError(28, "No space left on device")

    def missing(place):
        (place / "nowhere").read_text()

    with pytest.raises(ValueError, match=r"^cache is \S+: no space left on device, allowed are folders to write to"):
        stored(tmp_path / "entry", full)
    with pytest.raises(FileNotFoundError):
        stored(tmp_path / "entry", missing)
