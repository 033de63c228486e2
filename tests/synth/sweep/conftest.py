"""A small design space, and a sweep of it that nothing interrupted."""

import pytest

from lowtide.synth.sweep.results import select

from sweeps import DESIGNS, SPACE, ended, start


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps")
    (folder / "sweep.toml").write_text(SPACE)
    return folder


@pytest.fixture(scope="session")
def uninterrupted(folder):
    output = ended(start(folder, "whole"))
    assert f"{DESIGNS + 1} points ({DESIGNS} ok, 1 refused)" in output
    assert f"0 designs were there, {DESIGNS} synthesised" in output
    return select(folder / "whole" / "sweep.sqlite")
