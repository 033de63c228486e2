"""The Verilator runtime and its headers, compiled once for all designs of a flavour.

Compiling them takes longer than a small design does: the parts of the runtime are copied into each build, and its
headers are precompiled, once for each effort on the design.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from lowtide.common.store import digest, stored

from .toolchain import Verilator, run_tool

__all__ = ["Runtime", "values_of"]

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


class Runtime:
    """What is kept of a flavour's runtime.

    Parameters
    ----------
    folder : Path
        Of builds.
    flags : sequence of str
        For Verilator.
    make_flags : sequence of str
        Variables of Make that every build sets.
    verilator : Verilator
        Whose runtime.
    """

    def __init__(self, folder: Path, flags: Sequence[str], make_flags: Sequence[str], verilator: Verilator) -> None:
        words = [word for flag in values_of(flags, "-CFLAGS") for word in flag.split() if not word.startswith("-D")]
        settings = [value for value in values_of(flags, "-MAKEFLAGS") if not value.startswith("OPT_FAST")]  # of designs
        self._folder = folder / f"runtime-{digest(verilator.command, *words, *settings, *make_flags)}"

    def copy_to(self, work: Path) -> None:
        """Copy the parts that are kept into a build's folder: newer than their sources, so Make takes them."""
        for part in self._folder.glob("*.o"):
            shutil.copy(part, work)

    def keep(self, work: Path) -> None:
        """Keep the parts of a build that are not kept yet: a design that calls C++ has one more."""
        for part in work.glob("verilated*.o"):
            stored(self._folder / part.name, partial(shutil.copy, part))

    def with_headers(
        self, work: Path, make: Sequence[str], settings: Sequence[str], environment: Mapping[str, str]
    ) -> list[str]:
        """Settings of Make that include the headers first, precompiled: they take a third of a second, twice in a
        build. They are linked into the build's folder."""
        (effort,) = (setting for setting in settings if setting.startswith("OPT_FAST"))
        (work / "headers.h").write_text(_HEADERS)

        def precompile(place: Path) -> None:
            (work / "headers.mk").write_text(_PRECOMPILE)
            run_tool([*make, "-f", "headers.mk", *settings, "headers.h.gch"], work, environment)
            os.replace(work / "headers.h.gch", place)

        kept = stored(self._folder / f"headers{effort.partition('=')[2]}.gch", precompile)
        (work / "headers.h.gch").symlink_to(kept)
        return [f"{setting} -include headers.h" if setting == effort else setting for setting in settings]


def values_of(flags: Sequence[str], name: str) -> list[str]:
    """What follows each of the flags of a name."""
    return [value for flag, value in zip(flags, flags[1:], strict=False) if flag == name]
