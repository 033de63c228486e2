"""Builds simulations from Verilog, cached by the hash of everything that goes into them.

Three flavours of the same Verilator output: ``model``, a shared library behind :mod:`lowtide.sim.engine` and
:mod:`lowtide.sim.machine`; ``quick``, the same but not optimised by the compiler, for netlists, which keep it busy for
long; ``cocotb``, a program that cocotb drives through its ports. A build lives in the cache folder
(:mod:`lowtide.common.store`); where Make does not take that path, see :mod:`lowtide.sim.verilator.plain_paths`.
"""

import functools
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from lowtide.common.folders import cache_folder
from lowtide.common.jobs import default_jobs
from lowtide.common.progress import status
from lowtide.common.store import digest, stored

from .instances import control_lines, instance_flags
from .plain_paths import is_plain, plain, private_folder
from .runtime import Runtime, values_of
from .toolchain import Verilator, find_verilator, require_system_tools, run_tool

__all__ = ["build", "build_folder"]

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
    headers: Iterable[Path] = (),
) -> Path:
    """Build Verilog text.

    Parameters
    ----------
    verilog, top : str
        The text, and its top module.
    flavour : str
        "model", "quick" or "cocotb".
    ports : iterable of str
        Names that cocotb may reach.
    defines : iterable of str
        ``NAME=value`` for the sources.
    sources : iterable of str or Path
        C++ files that drive the design, and what it calls. cocotb brings its own.
    headers : iterable of Path
        Files beside the sources that these include: other ones are another build.

    Returns
    -------
    Path
        The library or program.

    Raises
    ------
    BuildError
        A tool refused the design.
    ToolMissing
        There is no Verilator, compiler or Make.
    """
    verilator = find_verilator()
    flags, product, own = _flavour(flavour, top, defines)
    parts = [plain(source) for source in [*own, *sources]]
    control = _control([f'public_flat_rw -module "{top}" -var "{port}"' for port in ports] + control_lines(verilog))
    flags += instance_flags(verilog)
    texts = [source.read_text() for source in [*parts, *headers]]
    key = digest(verilog, control, verilator.origin, *flags, *_VERILATE, *_MAKE, *texts)
    folder = build_folder() / f"{top}-{flavour}-{key}"
    if not (folder / product).exists():
        require_system_tools()
        with status(f"building {flavour} of {top} (Verilator, g++)"):
            stored(
                folder,
                lambda place: _build(place, verilog, control, top, flags, parts, verilator),
                is_whole=lambda place: (place / product).exists(),
            )
    return folder / product


def _control(lines: Iterable[str]) -> str:
    return "\n".join(["`verilator_config", *lines, ""])


def _flavour(flavour: str, top: str, defines: Iterable[str]) -> tuple[list[str], str, list[Path]]:
    """Flags for Verilator, the product's name, and the C++ sources that a flavour brings."""
    if flavour in _OPTIMISED:
        compile_flags = " ".join(["-fPIC", "-fno-gnu-unique", "-std=c++17", *(f"-D{define}" for define in defines)])
        effort = ["-MAKEFLAGS", f"OPT_FAST={_OPTIMISED[flavour]}", "-MAKEFLAGS", "OPT_GLOBAL=-O1"]
        return (["-CFLAGS", compile_flags, "-LDFLAGS", "-shared", "-o", "model.so", *effort], "model.so", [])
    if flavour == "cocotb":
        import cocotb_tools.config as cocotb

        main = Path(cocotb.share_dir) / "lib" / "verilator" / "verilator.cpp"
        folder = plain(cocotb.libs_dir)
        libraries = f"-Wl,-rpath,{folder} -L{folder} -lcocotbvpi_verilator"
        return (["--vpi", "-LDFLAGS", libraries, "-o", top, "-MAKEFLAGS", "OPT_FAST=-O1"], top, [main])
    raise ValueError(f"flavour is {flavour!r}, allowed are model, quick and cocotb")


def _build(
    work: Path, verilog: str, control: str, top: str, flags: list[str], sources: list[Path], verilator: Verilator
) -> None:
    """Build in a folder, which is made."""
    work.mkdir()
    (work / f"{top}.v").write_text(verilog)
    (work / "public.vlt").write_text(control)
    environment = verilator.environment()
    if shutil.which("ccache"):
        environment["OBJCACHE"] = "ccache"
    design = ["--top-module", top, "-Mdir", ".", *flags, "public.vlt", f"{top}.v", *map(str, sources)]
    run_tool([verilator.command, *_VERILATE, *design], work, environment)
    runtime = Runtime(build_folder(), flags, _MAKE, verilator)
    runtime.copy_to(work)
    large = sum(path.stat().st_size for path in work.glob("*.cpp")) > _LARGE
    make = ["make", "-s", "-j", str(default_jobs()), "-f", "Vtop.mk", *_MAKE, f"VM_PARALLEL_BUILDS={large:d}"]
    settings = values_of(flags, "-MAKEFLAGS")
    if not large:  # large designs have precompiled headers of their own
        settings = runtime.with_headers(work, make, settings, environment)
    run_tool([*make, *settings], work, environment)
    runtime.keep(work)
    for leftover in [path for kind in ("*.o", "*.a", "*.gch") for path in work.glob(kind)]:
        leftover.unlink()
