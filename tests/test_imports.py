"""Which room may import which: the contracts in pyproject.toml, judged by import-linter on the sources."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRACTS = (ROOT / "pyproject.toml").read_text().split("[tool.importlinter]", 1)[1]


def judged(folder, contracts):
    """Status and output of import-linter on this checkout, with contracts of one's own."""
    path = folder / "contracts.toml"
    path.write_text(f"[tool.importlinter]{contracts}")
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
        str(path),
    ]
    found = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    return found.returncode, found.stdout


def test_imports_go_down_and_never_around(tmp_path):
    status, output = judged(tmp_path, CONTRACTS)
    assert status == 0, output
    assert re.search(r"Contracts: 7 kept, 0 broken", output)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"hw | golden", "common"]', '"common", "hw | golden"]'),
        ('"pe", "mode", "storage_formats"', '"mode", "pe", "storage_formats"'),
        ('"hw | golden", "common"]', '"hw | golden"]'),  # a room that no line names
    ],
)
def test_an_arrow_up_is_found(tmp_path, old, new):
    assert old in CONTRACTS
    status, output = judged(tmp_path, CONTRACTS.replace(old, new))
    assert status == 1 and re.search("[12] broken", output)


def test_a_new_room_is_an_importable_part_of_the_package():
    """Every top-level folder with an __init__.py is linked, and every link is such a folder."""
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"lowtide"}
    links = {path.name for path in (ROOT / "lowtide").iterdir() if path.is_symlink()}
    assert rooms == links and {"hw", "golden", "sim", "synth"} <= links


def test_no_module_has_two_names():
    """A room is imported as lowtide.ROOM or by a relative import, nowhere by its bare name: ruff's ban of names cannot
    say so, it takes the relative imports of a room for imports of the bare name."""
    rooms = {path.name for path in (ROOT / "lowtide").iterdir() if path.is_symlink()}
    folders = [*sorted(rooms), "lowtide", "docs", "tests", "tests_experiments", "tests_long"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")] + [*ROOT.glob("*.py")]
    assert len(files) > 400
    bare = [
        f"{path}: {name}"
        for path in files
        for name in imported(ast.parse(path.read_text()))
        if name.split(".")[0] in rooms
    ]
    assert not bare


def imported(tree):
    """The names of modules that absolute imports have."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module


def test_what_tests_share_is_sorted_apart():
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["isort"]["known-local-folder"]
    assert stated == sorted(path.stem for path in (ROOT / "tests/support").glob("*.py"))


PRIVATE = re.compile(r"amaranth(\.\w+)*\._\w|_MustUse__|_rhs_signals|_lhs_signals")


def test_private_names_of_amaranth_stand_in_one_file():
    rooms = [path.name for path in (ROOT / "lowtide").iterdir() if path.is_symlink()]
    files = [path for room in rooms for path in (ROOT / room).rglob("*.py") if PRIVATE.search(path.read_text())]
    assert files == [ROOT / "hw/logic/amaranth_internals.py"]
