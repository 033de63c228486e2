"""The C compiler of tests: strict C99, freestanding where the sources are."""

import ctypes
import subprocess

__all__ = ["FREESTANDING", "STRICT", "accepts", "compile_c", "shared_library"]

STRICT = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Werror")
FREESTANDING = (*STRICT, "-ffreestanding")


def compile_c(folder, *arguments):
    """Run the compiler in a folder; an error is an assertion with what it says."""
    done = subprocess.run(["cc", *map(str, arguments)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def accepts(folder, *arguments):
    """Whether the compiler takes arguments."""
    return not subprocess.run(["cc", *arguments], cwd=folder, capture_output=True, check=False).returncode


def shared_library(folder, *sources):
    """Freestanding sources as a library in a folder that ctypes calls."""
    compile_c(folder, *FREESTANDING, "-O1", "-fPIC", "-shared", "-nostdlib", *sources, "-o", "sources.so")
    return ctypes.CDLL(str(folder / "sources.so"))
