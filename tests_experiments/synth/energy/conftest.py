"""OpenSTA from Debian, for those who have not installed it, and the library of round numbers as a file."""

import pytest

from lowtide.synth.energy import opensta
from lowtide.workloads.data.fetch import fetch
from lowtide.workloads.data.packages import Package

from round_library import energies, library

__all__ = ["energies", "library", "sta"]

OPENSTA = Package(
    name="opensta",
    version="0~20191111gitc018cb2+dfsg-1",
    registry="debian",
    file="opensta_0~20191111gitc018cb2+dfsg-1_amd64.deb",
    sha256="a7e48ea4fb0c3d96c3cf9f65514f6d5e557ebbd6f4a4b9017c6b511b117c7dbc",
    parts=("./usr/bin/sta",),
    reason="the command sta",
)
TCL = Package(
    name="libtcl8.6",
    version="8.6.13+dfsg-2",
    registry="debian",
    file="libtcl8.6_8.6.13+dfsg-2_amd64.deb",
    sha256="976c4235b816635e1756016f3adbabb634e8b97a9f6b97cf901be099e4fd2487",
    parts=("./usr/lib/", "./usr/share/tcltk/tcl8.6/"),
    reason="the language of its commands",
)


@pytest.fixture
def sta(monkeypatch):
    """The command `sta`: the one that is installed, else Debian's, fetched and not installed."""
    if opensta.is_installed():
        return
    tool, language = fetch(OPENSTA) / "usr", fetch(TCL) / "usr"
    (tool / "bin" / "sta").chmod(0o755)
    monkeypatch.setenv("PATH", str(tool / "bin"), prepend=":")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(language / "lib" / "x86_64-linux-gnu"))
    monkeypatch.setenv("TCL_LIBRARY", str(language / "share" / "tcltk" / "tcl8.6"))
