"""What `lowtide price` prints and writes of what was found."""

import re

from lowtide.command import main
from lowtide.synth import command


def test_the_command_line_prints_what_it_made(found, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "_found", lambda *_: found[0])
    out, page = tmp_path / "out", tmp_path / "docs" / "price.md"
    assert main(["price", "parallel_4x4_l1", "--target", "ge", "-o", str(out), "--page", str(page)]) == 0
    printed = capsys.readouterr().out.replace("\n", "")
    for ending in ("json", "md", "html"):
        assert (out / f"report.{ending}").stat().st_size and f"{out}/report.{ending}" in printed
    assert "`lowtide price little times`" in page.read_text()
    for name in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / name).is_file(), name
    assert (page.parent / "price" / "kinds.json").is_file()
