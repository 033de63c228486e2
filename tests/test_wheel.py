"""The wheel: it holds the package alone with all its data, leaves nothing in the checkout, and works elsewhere."""

import email
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import lowtide
from lowtide.command import SUB_COMMANDS

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DATA = ["*.vlt", "*.cpp", "*.c", "*.h", "*.lib", "*.v", "*.json", "*.toml", "*.npz", "py.typed"]
USE = """
import numpy as np, lowtide
config = lowtide.ArrayConfig(rows=1, cols=2, name="elsewhere")
mode = lowtide.Mode()
x, w = np.arange(-6, 6).reshape(3, 4), np.arange(8).reshape(4, 2)
found = lowtide.Model(config).gemm(x, w, mode)
assert (found.y == x @ w).all() and found.cycles == lowtide.gemm(x, w, mode, config).cycles
for room in ("hw", "golden", "sim", "synth", "common"):
    try:
        __import__(room)
    except ModuleNotFoundError:
        continue
    raise SystemExit(f"{room} is importable by its bare name")
print(lowtide.__file__)
"""


def run(*command, **options):
    ended = subprocess.run([*map(str, command)], text=True, capture_output=True, check=False, **options)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def files():
    """The files of the checkout, byte code and caches aside, with their times."""
    skipped = {"__pycache__", ".venv", ".git", "build", ".ruff_cache", ".mypy_cache", ".hypothesis"}
    top = [each for each in ROOT.iterdir() if each.name not in skipped]
    every = [path for each in top for path in (each.rglob("*") if each.is_dir() else [each])]
    return {path: path.stat().st_mtime_ns for path in every if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A folder with the wheel and the sdist; building them changes nothing in the checkout."""
    folder, before = tmp_path_factory.mktemp("built"), files()
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT)
    assert files() == before
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """A fresh environment with the wheel in it; what it needs comes from the present environment."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", folder / "venv")
    run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    present = [path for path in sys.path if Path(path).name == "site-packages"]
    (site / "present.pth").write_text("\n".join(present) + "\n")
    return folder


def outside(folder):
    """The environment of a process that knows nothing of the checkout."""
    unwanted = ("PYTHONPATH", "LOWTIDE_CACHE")
    return {name: value for name, value in os.environ.items() if name not in unwanted} | {
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def test_the_wheel_has_one_package_with_every_file_of_the_rooms(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names} == {"lowtide", f"lowtide-{lowtide.__version__}.dist-info"}
    links = [path for path in (ROOT / "lowtide").iterdir() if path.is_symlink()]
    wanted = {
        f"lowtide/{path.relative_to(ROOT)}"
        for link in links
        for kind in ["*.py", *DATA]
        for path in link.resolve().rglob(kind)
    }
    assert {name.rsplit(".", 1)[-1] for name in wanted} >= {"vlt", "cpp", "c", "h", "lib", "v", "json", "toml", "npz"}
    assert wanted | {"lowtide/py.typed"} <= names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_sdist_builds_the_same_wheel(built, wheel, tmp_path):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as file:
        file.extraction_filter = getattr(tarfile, "data_filter", None)  # from Python 3.11.4 on
        file.extractall(tmp_path)
    run(
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "wheel",
        "-d",
        tmp_path,
        cwd=tmp_path / f"lowtide-{lowtide.__version__}",
    )
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_it_writes_verilog_builds_a_model_and_multiplies_elsewhere(elsewhere):
    binaries, environment = elsewhere / "venv" / "bin", outside(elsewhere)
    said = run(binaries / "lowtide", "verilog", "parallel_4x4_l1", "-o", "out", cwd=elsewhere, env=environment)
    assert "1 configurations in out" in said and (elsewhere / "out" / "parallel_4x4_l1.vlt").exists()
    assert (elsewhere / "out" / "parallel_4x4_l1.v").read_text() == lowtide.verilog(lowtide.find("parallel_4x4_l1"))
    place = run(binaries / "python", "-c", USE, cwd=elsewhere, env=environment)
    assert place.startswith(str(elsewhere / "venv"))
    assert list((elsewhere / "cache" / "lowtide").glob("elsewhere-model-*")), "the user's cache folder of the platform"
    assert run(binaries / "lowtide", "--version", cwd=elsewhere, env=environment) == (
        f"lowtide, version {lowtide.__version__}\n"
    )


def test_what_an_index_shows_has_no_link_that_breaks(wheel):
    names = zipfile.ZipFile(wheel)
    metadata = email.message_from_string(names.read(f"lowtide-{lowtide.__version__}.dist-info/METADATA").decode())
    assert metadata["Version"] == lowtide.__version__ and metadata["License-Expression"] == "Apache-2.0"
    text = metadata.get_payload()
    assert text.startswith("# Lowtide") and len(text.splitlines()) > 30
    assert not re.findall(r"\]\((?!https?://)", text)


def declared(extras=()):
    """Names of the distributions that the package, with extras, requires by itself: those of pyproject.toml."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    found = {}
    for requirement in map(Requirement, lines):
        if requirement.name == "lowtide":
            found |= declared(tuple(requirement.extras))
        else:
            found[requirement.name] = requirement
    return found


def test_the_constraints_are_exact_within_the_ranges_and_have_their_reasons():
    pinned = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            requirement, reason = line.split("#")
            pinned[Requirement(requirement).name] = Requirement(requirement)
            assert len(reason.split()) > 1, line
    everything = declared(tuple(PROJECT["optional-dependencies"]))
    assert set(everything) == set(pinned)
    for name, requirement in pinned.items():
        (pin,) = requirement.specifier
        assert pin.operator == "==" and everything[name].specifier.contains(pin.version), name


def needed(names):
    """The distributions that some need, directly or not, as far as they are installed."""
    found, waiting = set(), list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            try:
                lines = map(Requirement, requires(name) or [])
            except PackageNotFoundError:
                continue
            waiting += [each.name for each in lines if each.marker is None or each.marker.evaluate({"extra": ""})]
    return found


@pytest.mark.parametrize("extra", sorted({each.extra for each in SUB_COMMANDS.values()}))
def test_commands_need_what_their_extra_brings(extra):
    """Each loads where nothing is installed but the package's dependencies and those of the extra it names."""
    allowed = needed(declared((extra,) if extra else ()))
    others = needed(declared(tuple(PROJECT["optional-dependencies"]))) - allowed
    modules = [
        module
        for module, names in packages_distributions().items()
        if all(name.lower().replace("_", "-") in others for name in names)
    ]
    commands = [name for name, each in SUB_COMMANDS.items() if each.extra == extra]
    assert modules and commands
    code = (
        f"import sys\nclass Lacking:\n    def find_spec(name, path=None, target=None):\n"
        f"        if name in {modules}: raise ModuleNotFoundError(name)\n"
        f"sys.meta_path.insert(0, Lacking)\nfrom lowtide.command import SUB_COMMANDS\n"
        f"for name in {commands}: SUB_COMMANDS[name].load()"
    )
    run(sys.executable, "-c", code, cwd=ROOT)
