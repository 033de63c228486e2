"""Every entry: help that does nothing, one line for bad arguments and for Ctrl-C, and the exit status."""

import importlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lowtide.common import command_line

ROOT = Path(__file__).parents[1]
ROOMS = sorted(path.name for path in (ROOT / "lowtide").iterdir() if path.is_symlink())
ENTRIES = sorted(
    ".".join(("lowtide", *path.parent.relative_to(ROOT).parts))
    for room in ROOMS
    for path in (ROOT / room).rglob("__main__.py")
)
ENTRIES += [ "lowtide.formal.gates", "lowtide.workloads.networks.train_digits_mlp", "lowtide.synth.baseline"]


def module(entry):
    """The module that ``python -m entry`` runs."""
    found = importlib.import_module(entry)
    return importlib.import_module(f"{entry}.__main__") if hasattr(found, "__path__") else found


def test_the_entries_are_found():
    assert {
        "lowtide.hw",
        "lowtide.sim",
        "lowtide.synth",
        "lowtide.synth.sweep",
        "lowtide.synth.speed",
        "lowtide.formal",
        "lowtide.examples.digits",
        "lowtide.experiments",
        "lowtide.workloads.data",
        "lowtide.workloads.networks",
        "lowtide.experiments.evaluate",
    } <= set(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES)
def test_help_says_how_and_does_nothing(entry, capsys, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kwargs: pytest.fail("help starts a process"))
    with pytest.raises(SystemExit) as ended:
        module(entry).command(["--help"])
    printed = capsys.readouterr()
    assert ended.value.code == 0 and printed.out.startswith(f"usage: python -m {entry}") and not printed.err
    assert len(printed.out.split("\n\n")[1].split()) > 3, "a description"


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_option_that_does_not_exist_is_one_line_and_status_2(entry, capsys):
    assert module(entry).command(["--no\nsuch"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: ")


@pytest.mark.parametrize("entry", ENTRIES)
def test_ctrl_c_is_one_line_and_status_130(entry, capsys, monkeypatch):
    def interrupted(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(module(entry), "main", interrupted)
    assert module(entry).command([]) == 130
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("interrupted")


@pytest.mark.parametrize(
    "entry",
    [
        entry
        for entry in ENTRIES
        if entry
        not in (
            "lowtide.sim",
            "lowtide.workloads.data",
            "lowtide.workloads.networks",
            "lowtide.workloads.networks.train_digits_mlp",
            "lowtide.synth.baseline",
        )
    ],
)
def test_no_output_is_one_line_and_status_2(entry, capsys):
    assert module(entry).command(["-o", ""]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "-o/--output: is '', allowed are names of folders and files" in lines[0]


def test_a_real_ctrl_c_ends_a_long_run(tmp_path):
    """SIGINT, as a terminal sends it, once the first file is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lowtide.hw", "--all", "-o", str(tmp_path)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while process.poll() is None and not list(tmp_path.glob("*.v")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130 and "Traceback" not in err
    assert err.splitlines()[-1] == "interrupted"


@pytest.mark.parametrize(
    "error, line",
    [
        (FileNotFoundError(2, "No such file or directory", "gone"), "error: gone: no such file or directory"),
        (OSError(36, "File name too long", "x" * 300), f"error: {'x' * 300}: file name too long"),
        (ValueError("two\nlines\u2028of text"), "error: two lines of text"),
    ],
)
def test_bad_paths_and_values_are_one_line(error, line, capsys):
    def main(arguments):
        raise error

    assert command_line.run(main) == 2
    assert capsys.readouterr().err == line + "\n"
