"""Builds simulations from Verilog, cached by the hash of everything that goes into them.

Three flavours of the same Verilator output: ``model``, a shared library behind :mod:`lowtide.sim.model`; ``quick``, the
same but not optimised by the compiler, for netlists, which keep it busy for long; ``cocotb``, a program that cocotb
drives through its ports. A build lives in the cache folder (:mod:`lowtide.common.folders`); where Make does
not take that path, see :mod:`lowtide.sim.plain_paths`. It is made in a temporary folder and renamed when complete, so
processes may build at the same time.
"""

import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from filelock import FileLock

from lowtide.common.folders import cache_folder
from lowtide.common.jobs import default_jobs
from lowtide.common.progress import status
from lowtide.hw.emit.write import WAIVERS

from .plain_paths import is_plain, plain, private_folder
from .toolchain import Verilator, find_verilator, require_system_tools

__all__ = ["BuildError", "build", "build_folder", "cache_folder", "lint"]

HARNESS = Path(__file__).with_name("harness.cpp")
HEADERS = [Path(__file__).with_name("device.h")]

#: Registers start with random values: nothing may depend on a value that reset did not set.
_VERILATE = [
    "--cc",
    "--exe",
    "--prefix",
    "Vtop",
    "--x-initial",
    "unique",
    "-O3",
    "--output-split",
    "20000",
    "-Wno-fatal",
    "-Wno-WIDTH",
    "-Wno-UNUSED",
]
#: Precompiled headers of split designs fail to link unless they are included by name.
_MAKE = ["CFG_CXXFLAGS_PCH_I=-include", "PYTHON3=python3"]
_OPTIMISED = {"model": "-O1", "quick": "-O0"}  #: the compiler's effort on the design
#: Bytes of C++ from which compiling file by file, on every core, wins over compiling the headers once. A file takes
#: half a second of processor time for the headers alone; 12 MB (`fused_8x8_flex`) take 13 seconds as one.
_LARGE = 20_000_000
#: Of the runtime and of the harness, the same for every design.
_HEADERS = """#ifndef HEADERS_H
#define HEADERS_H
#include <cstdint>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>
#include "verilated.h"
#endif
"""
_PRECOMPILE = """headers.h.gch: headers.h
\t$(CXX) $(CXXFLAGS) $(CPPFLAGS) $(OPT_FAST) -x c++-header -c -o $@ $<
"""


class BuildError(RuntimeError):
    """Verilator or the compiler refused the design. The message holds the tool's first error line."""


def build_folder() -> Path:
    """Where builds are kept: the cache folder, or another one where Make does not take its path."""
    if is_plain(folder := cache_folder()):
        return folder
    _say_once(f"builds are kept in {private_folder() / 'sim'}: Make does not take the path {folder}")
    return private_folder() / "sim"


@functools.cache
def _say_once(line: str) -> None:
    print(line, file=sys.stderr)


def build(
    verilog: str,
    *,
    top: str,
    flavour: str,
    ports: Iterable[str] = (),
    defines: Iterable[str] = (),
    sources: Iterable[str | Path] = (),
) -> Path:
    """Build Verilog text; returns the path of the library or program.

    flavour: "model", "quick" or "cocotb". ports: names that cocotb may reach. defines: ``NAME=value`` for the harness.
    sources: C++ files beside the harness.
    Raises :class:`BuildError` or :class:`lowtide.sim.toolchain.ToolMissing`.
    """
    verilator = find_verilator()
    flags, product, harness = _flavour(flavour, top, defines)
    parts = [plain(source) for source in [*harness, *sources]]
    control = _control([f'public_flat_rw -module "{top}" -var "{port}"' for port in ports] + _compiled_once(verilog))
    digest = hashlib.sha256()
    for part in (
        verilog,
        control,
        verilator.origin,
        *map(str, flags),
        *_VERILATE,
        *_MAKE,
        *(Path(source).read_text() for source in [*parts, *HEADERS]),
    ):
        digest.update(part.encode() + b"\0")
    folder = build_folder() / f"{top}-{flavour}-{digest.hexdigest()[:16]}"
    if (folder / product).exists():
        return folder / product
    require_system_tools()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"), status(f"building {flavour} of {top} (Verilator, g++)"):
        if not (folder / product).exists():
            _build(folder, verilog, control, top, flags, parts, verilator)
    return folder / product


def lint(verilog: str, *, top: str) -> list[str]:
    """Messages of ``verilator --lint-only -Wall`` beyond ``hw/emit/waivers.vlt``, as a list of lines. Cached."""
    verilator = find_verilator()
    digest = hashlib.sha256("\0".join([verilog, verilator.command, WAIVERS.read_text()]).encode()).hexdigest()
    kept = build_folder() / f"lint-{digest[:16]}.txt"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            Path(folder, f"{top}.v").write_text(verilog)
            command = [verilator.command, "--lint-only", "-Wall", "--top-module", top, str(WAIVERS), f"{top}.v"]
            done = subprocess.run(
                command, cwd=folder, env=verilator.environment(), capture_output=True, text=True, check=False
            )
            found = [line for line in done.stderr.splitlines() if line.startswith("%")]
            if done.returncode and not found:
                raise BuildError(f"verilator: {(done.stderr + done.stdout).strip().splitlines()[-1]}")
            Path(folder, "messages").write_text("\n".join(found))
            os.replace(Path(folder, "messages"), kept)
    return kept.read_text().splitlines()


def _compiled_once(verilog: str) -> list[str]:
    """Control lines that keep modules with several instances whole: built in half the time of one copy an instance."""
    instances = Counter(re.findall(r"^  (\w+) \w+ \($", verilog, flags=re.M))
    return [f'no_inline -module "{module}"' for module, count in sorted(instances.items()) if count > 1]


def _control(lines: Iterable[str]) -> str:
    return "\n".join(["`verilator_config", *lines, ""])


def _flavour(flavour: str, top: str, defines: Iterable[str]) -> tuple[list[str], str, list[Path]]:
    """Flags for Verilator, the product's name, and the C++ sources of a flavour."""
    if flavour in _OPTIMISED:
        compile_flags = " ".join(["-fPIC", "-fno-gnu-unique", "-std=c++17", *(f"-D{define}" for define in defines)])
        effort = ["-MAKEFLAGS", f"OPT_FAST={_OPTIMISED[flavour]}", "-MAKEFLAGS", "OPT_GLOBAL=-O1"]
        return (["-CFLAGS", compile_flags, "-LDFLAGS", "-shared", "-o", "model.so", *effort], "model.so", [HARNESS])
    if flavour == "cocotb":
        import cocotb_tools.config as cocotb

        main = Path(cocotb.share_dir) / "lib" / "verilator" / "verilator.cpp"
        folder = plain(cocotb.libs_dir)
        libraries = f"-Wl,-rpath,{folder} -L{folder} -lcocotbvpi_verilator"
        return (["--vpi", "-LDFLAGS", libraries, "-o", top, "-MAKEFLAGS", "OPT_FAST=-O1"], top, [main])
    raise ValueError(f"flavour is {flavour!r}, allowed are model, quick and cocotb")


def _build(
    folder: Path, verilog: str, control: str, top: str, flags: list[str], sources: list[Path], verilator: Verilator
) -> None:
    work = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        (work / f"{top}.v").write_text(verilog)
        (work / "public.vlt").write_text(control)
        environment = verilator.environment()
        if shutil.which("ccache"):
            environment["OBJCACHE"] = "ccache"
        command = [
            verilator.command,
            *_VERILATE,
            "--top-module",
            top,
            "-Mdir",
            ".",
            *flags,
            "public.vlt",
            f"{top}.v",
            *map(str, sources),
        ]
        _run(command, work, environment)
        runtime = _runtime_folder(flags, verilator)
        for part in runtime.glob("*.o"):
            shutil.copy(part, work)  # newer than its source: make takes it as it is
        large = sum(path.stat().st_size for path in work.glob("*.cpp")) > _LARGE
        make = ["make", "-s", "-j", str(default_jobs()), "-f", "Vtop.mk", *_MAKE, f"VM_PARALLEL_BUILDS={large:d}"]
        settings = _values(flags, "-MAKEFLAGS")
        if not large:  # large designs have precompiled headers of their own
            settings = _with_headers(work, runtime, make, settings, environment)
        _run([*make, *settings], work, environment)
        _keep_runtime(work, runtime)
        for leftover in [path for kind in ("*.o", "*.a", "*.gch") for path in work.glob(kind)]:
            leftover.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _runtime_folder(flags: list[str], verilator: Verilator) -> Path:
    """Where the compiled Verilator runtime is kept, which is the same for every design of a flavour."""
    compile_flags = [part for flag in _values(flags, "-CFLAGS") for part in flag.split() if not part.startswith("-D")]
    settings = [value for value in _values(flags, "-MAKEFLAGS") if not value.startswith("OPT_FAST")]  # of the design
    runtime = "\0".join([verilator.command, *compile_flags, *settings, *_MAKE])
    return build_folder() / f"runtime-{hashlib.sha256(runtime.encode()).hexdigest()[:16]}"


def _with_headers(
    work: Path, runtime: Path, make: list[str], settings: list[str], environment: dict[str, str]
) -> list[str]:
    """Settings of make that include the runtime's headers first, precompiled: they take a third of a second, twice in a
    build. They are compiled once for each effort on the design, and linked into the working folder."""
    (effort,) = (setting for setting in settings if setting.startswith("OPT_FAST"))
    kept = runtime / f"headers{effort.partition('=')[2]}.gch"
    (work / "headers.h").write_text(_HEADERS)
    if not kept.exists():
        (work / "headers.mk").write_text(_PRECOMPILE)
        _run([*make, "-f", "headers.mk", *settings, "headers.h.gch"], work, environment)
        runtime.mkdir(exist_ok=True)
        os.replace(work / "headers.h.gch", kept)
    (work / "headers.h.gch").symlink_to(kept)
    return [f"{setting} -include headers.h" if setting == effort else setting for setting in settings]


def _keep_runtime(work: Path, runtime: Path) -> None:
    """Keep the parts of the runtime that are not kept yet: a design that calls C++ has one more."""
    runtime.mkdir(exist_ok=True)
    for part in work.glob("verilated*.o"):
        if not (runtime / part.name).exists():
            shutil.copy(part, runtime / f"{part.name}.{os.getpid()}")
            os.replace(runtime / f"{part.name}.{os.getpid()}", runtime / part.name)  # complete or not there


def _values(flags: list[str], name: str) -> list[str]:
    return [value for flag, value in zip(flags, flags[1:], strict=False) if flag == name]


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stdout + done.stderr).splitlines()
        errors = [line for line in lines if "rror" in line] or lines or [f"status {done.returncode}"]
        raise BuildError(f"{Path(command[0]).name}: {errors[0]}")
