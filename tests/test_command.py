"""The command ``lowtide``: help that does nothing, one line for bad arguments and for Ctrl-C, and the exit status."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.shell_completion import BashComplete

from lowtide.command import SUB_COMMANDS, lowtide, main
from lowtide.common.command_line import Entry, entry, run
from lowtide.common.options import OneOf

ROOT = Path(__file__).parents[1]
HEAVY = {
    "amaranth",
    "pyosys",
    "rich",
    "matplotlib",
    "cocotb",
    "sklearn",
    "joblib",
    "onnx",
    "torch",
    "distributed",
    "numpy",
    "scipy",
    "PIL",
    "vl_convert",
    "markdown_it",
    "filelock",
}
WITH_OUTPUT = [name for name, each in SUB_COMMANDS.items() if "output" in {one.name for one in each.load().params}]


def test_every_command_of_the_rooms_is_a_sub_command():
    files = {
        path.resolve()
        for room in (ROOT / "lowtide").iterdir()
        if room.is_symlink()
        for path in room.resolve().rglob("command.py")
    }
    listed = {ROOT / f"{each.module.replace('.', '/')}.py" for each in SUB_COMMANDS.values()}
    assert files <= {path.resolve() for path in listed}


@pytest.mark.parametrize("name", SUB_COMMANDS)
def test_help_says_how_and_does_nothing(name, capsys, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **kwargs: pytest.fail("help starts a process"))
    assert main([name, "--help"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith(f"Usage: lowtide {name}") and not printed.err
    assert len(printed.out.split("\n\n")[1].split()) > 3, "a description"
    assert isinstance(SUB_COMMANDS[name].load(), Entry)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_what_lists_the_commands_loads_none_of_them(arguments):
    code = (
        f"import sys\nfrom lowtide.command import main\nassert main({arguments}) == 0\n"
        f"print(sorted({HEAVY} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, text=True, capture_output=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_the_list_has_every_command_under_its_heading(capsys):
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    for name, each in SUB_COMMANDS.items():
        section = printed.split(f"\n{each.heading}:")[1].split("\n\n")[0]
        assert f"\n  {name} " in section and each.line.split()[0] in section
    assert 'eval "$(_LOWTIDE_COMPLETE=bash_source lowtide)"' in " ".join(printed.split())


def test_without_arguments_the_help_is_printed(capsys):
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("Usage: lowtide [OPTIONS] COMMAND")


@pytest.mark.parametrize(
    "words, expected",
    [
        ([], "verilog"),
        (["verilog"], "parallel_8x8_l1"),
        (["verilog", "--pe"], "term"),
        (["price", "--target"], "xc7"),
        (["price", "--target"], "ge"),
        (["experiment"], "group_size"),
        (["prove"], "hese_encoder_8s"),
    ],
)
def test_the_shell_completes_commands_and_names(words, expected):
    completion = BashComplete(lowtide, {}, "lowtide", "_LOWTIDE_COMPLETE")
    assert expected in [item.value for item in completion.get_completions(words, expected[:2])]


@pytest.mark.parametrize("name", [*SUB_COMMANDS, ""])
def test_an_option_that_does_not_exist_is_one_line_and_status_2(name, capsys):
    assert main([*([name] if name else []), "--no\nsuch"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("error: ") and f"(see lowtide {name}".strip() in lines[0]


def needed(name):
    """Something for each argument and option that a sub-command must have."""
    for param in SUB_COMMANDS[name].load().params:
        if param.required:
            yield from ([] if isinstance(param, click.Argument) else [param.opts[0]])
            yield "something" if not isinstance(param.type, OneOf) else next(iter(param.type.allowed))


@pytest.mark.parametrize("name", [name for name in SUB_COMMANDS if name not in ("encoder", "sweep", "verilog")])
def test_ctrl_c_is_one_line_and_status_130(name, capsys, monkeypatch):
    def interrupted(**options):
        raise KeyboardInterrupt

    monkeypatch.setattr(SUB_COMMANDS[name].load(), "callback", interrupted)
    assert main([name, *needed(name)]) == 130
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and lines[0].startswith("interrupted")


@pytest.mark.parametrize("name", WITH_OUTPUT)
def test_no_output_is_one_line_and_status_2(name, capsys):
    assert main([name, "-o", ""]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["error: output is '', allowed are names of folders and files"]


def test_a_real_ctrl_c_ends_a_long_run(tmp_path):
    """SIGINT, as a terminal sends it, once the first file is there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lowtide", "verilog", "--all", "-o", str(tmp_path)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    while process.poll() is None and not list(tmp_path.glob("*.v")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 130 and "Traceback" not in err
    assert err.splitlines()[-1] == "interrupted"


def failing(error, **options):
    @entry(**options)
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    "error, line",
    [
        (FileNotFoundError(2, "No such file or directory", "gone"), "error: gone: no such file or directory"),
        (OSError(36, "File name too long", "x" * 300), f"error: {'x' * 300}: file name too long"),
        (ValueError("two\nlines\u2028of text"), "error: two lines of text"),
    ],
)
def test_bad_paths_and_values_are_one_line(error, line, capsys):
    assert run(failing(error), []) == 2
    assert capsys.readouterr().err == line + "\n"


@pytest.mark.parametrize("error, status", [(RuntimeError("a tool failed"), 1), (UnicodeError("bad text"), 2)])
def test_failures_have_their_own_status(error, status, capsys):
    assert run(failing(error, failures=(RuntimeError, UnicodeError)), []) == status
    assert capsys.readouterr().err == f"error: {error}\n"


def test_what_nobody_expected_is_not_hidden():
    with pytest.raises(RuntimeError, match="a defect"):
        run(failing(RuntimeError("a defect")), [])


@pytest.mark.parametrize("given, status", [("3", 3), (None, len(os.sched_getaffinity(0)))])
def test_jobs_are_those_of_the_environment_else_the_cores(given, status, monkeypatch):
    from lowtide.common.options import jobs_option

    @entry()
    @jobs_option()
    def command(jobs):
        return jobs

    monkeypatch.delenv("LOWTIDE_JOBS", raising=False)
    if given:
        monkeypatch.setenv("LOWTIDE_JOBS", given)
    assert run(command, []) == status and run(command, ["--jobs", "7"]) == 7


@pytest.mark.parametrize("given", ["0", "many", "-1"])
def test_bad_jobs_of_the_environment_are_one_line(given, monkeypatch, capsys):
    monkeypatch.setenv("LOWTIDE_JOBS", given)
    assert main(["speed"]) == 2
    assert capsys.readouterr().err == f"error: LOWTIDE_JOBS is {given!r}, allowed are 1 and more\n"


def test_every_command_that_works_in_parallel_has_the_same_option():
    with_jobs = {
        name: option
        for name in SUB_COMMANDS
        for option in SUB_COMMANDS[name].load().params
        if isinstance(option, click.Option) and option.name == "jobs"
    }
    assert set(with_jobs) == {
        "machine",
        "prove",
        "properties",
        "fuzz",
        "fuzz-machine",
        "mutate",
        "mutate-machine",
        "gates",
        "whole-networks",
        "single-layers",
        "price",
        "price-machine",
        "price-blocks",
        "speed",
        "delay",
        "sweep",
        "demo",
        "experiment",
        "evaluate",
        "verilog",
        "baseline",
        "run",
    }
