"""``import lowtide``: a documented public API that loads what is used, and nothing before."""

import ast
import doctest
import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lowtide

ROOT = Path(__file__).parents[1]
SOURCE = Path(lowtide.__file__)
THIRD_PARTY = {
    "amaranth",
    "pyosys",
    "rich",
    "matplotlib",
    "cocotb",
    "cocotb_tools",
    "sklearn",
    "scipy",
    "joblib",
    "onnx",
    "torch",
    "distributed",
    "PIL",
    "vl_convert",
    "click",
    "numpy",
    "platformdirs",
    "filelock",
    "markdown_it",
}


def loaded(statement):
    """The packages of others that a statement loads in a process of its own."""
    code = f"import sys\n{statement}\nprint(*({THIRD_PARTY} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    return set(ended.stdout.split())


@pytest.mark.parametrize(
    "statement, packages",
    [
        ("import lowtide", set()),
        ("from lowtide import gemm, quantise, requantise, reveal", {"numpy"}),
        ("from lowtide import ArrayConfig, find, Mode, verilog", {"numpy", "amaranth"}),
        ("from lowtide import Model", {"numpy", "amaranth", "filelock", "platformdirs"}),
    ],
)
def test_nothing_is_loaded_before_it_is_used(statement, packages):
    assert loaded(statement) <= packages


@pytest.mark.parametrize("name", lowtide.__all__)
def test_every_public_name_is_there_and_documented(name):
    value = getattr(lowtide, name)
    module, attribute = lowtide._PUBLIC[name]
    assert value is getattr(importlib.import_module(f"lowtide.{module}"), attribute)
    assert name in dir(lowtide) and re.search(rf"`{name}`", lowtide.__doc__)
    assert isinstance(value, dict) or value.__doc__


def test_checkers_see_the_names_that_run():
    """The imports under TYPE_CHECKING and the table of names say the same."""
    (block,) = (node for node in ast.parse(SOURCE.read_text()).body if isinstance(node, ast.If))
    stated = {each.asname: (node.module, each.name) for node in block.body for each in node.names}
    assert stated == lowtide._PUBLIC and lowtide.__all__ == sorted(stated)


def test_what_is_not_there_is_said():
    with pytest.raises(AttributeError, match="module 'lowtide' has no attribute 'gem'"):
        _ = lowtide.gem


def test_the_example_of_the_package_runs():
    assert doctest.testmod(lowtide).failed == 0 < doctest.testmod(lowtide).attempted


def test_rooms_are_not_importable_by_their_bare_names():
    rooms = [path.name for path in SOURCE.parent.iterdir() if path.is_symlink()]
    assert rooms and not set(rooms) & set(sys.modules)
