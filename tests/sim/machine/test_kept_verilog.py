"""Verilog of machines that was emitted once is read again, unless anything that it follows from is another."""

import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from lowtide.hw.config.machines import find_machine
from lowtide.sim.machine import library

TINY = find_machine("tiny")


@pytest.fixture
def emitted(tmp_path, monkeypatch):
    """The configurations that were emitted, each as a text of its own."""
    found = []
    monkeypatch.setenv("LOWTIDE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(library, "Machine", lambda config: config)
    monkeypatch.setattr(library, "verilog", lambda config: found.append(config) or f"text of {config}")
    library.machine_verilog.cache_clear()
    yield found
    library.machine_verilog.cache_clear()


def again(config):
    """What another process would get."""
    library.machine_verilog.cache_clear()
    return library.machine_verilog(config)


def test_it_is_emitted_once(emitted):
    assert again(TINY) == again(TINY) == f"text of {TINY}" and emitted == [TINY]


@pytest.mark.parametrize(
    "fields",
    [{"taps": 32}, {"outstanding": 4}, {"name": "other"}, {"array": replace(TINY.array, lanes=2)}],
)
def test_another_configuration_is_another_text(emitted, fields):
    other = replace(TINY, **fields)
    assert again(TINY) != again(other) and emitted == [TINY, other]


@pytest.mark.parametrize("room", ["hw", "common"])
@pytest.mark.parametrize("change", ["edit", "add", "rename"])
def test_other_sources_are_another_text(emitted, tmp_path, monkeypatch, room, change):
    folder = tmp_path / room
    shutil.copytree(Path(getattr(library, room).__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(library, room, SimpleNamespace(__file__=str(folder / "__init__.py")))
    monkeypatch.setattr(library, "_sources", library._sources.__wrapped__)
    again(TINY)
    again(TINY)
    assert emitted == [TINY]
    source = next(path for path in sorted(folder.rglob("*.py")) if path.stat().st_size > 1000)
    if change == "edit":
        source.write_text(source.read_text() + "\n")
    elif change == "add":
        source.with_name("another.py").write_text("")
    else:
        source.rename(source.with_name("another.py"))
    again(TINY)
    assert emitted == [TINY, TINY]
