"""What `lowtide price` prints and writes of what was found."""

import re

import pytest

from lowtide.command import main
from lowtide.synth import command


def test_the_command_line_prints_what_it_made(found, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "_found", lambda *_: found[0])
    check_price(tmp_path, capsys, "lowtide price little times")


@pytest.mark.long
def test_one_configuration_is_priced_with_every_conventional_pe_that_it_is_compared_with(tmp_path, capsys):
    check_price(tmp_path, capsys, "lowtide price parallel_4x4_l1 --target ge")


def check_price(folder, capsys, typed):
    """Run the command; its page says that ``typed`` was typed."""
    out, page = folder / "out", folder / "docs" / "price.md"
    assert main(["price", "parallel_4x4_l1", "--target", "ge", "-o", str(out), "--page", str(page)]) == 0
    printed = capsys.readouterr().out.replace("\n", "")
    for ending in ("json", "md", "html"):
        assert (out / f"report.{ending}").stat().st_size and f"{out}/report.{ending}" in printed
    assert f"`{typed}`" in page.read_text()
    for name in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / name).is_file(), name
    assert (page.parent / "price" / "kinds.json").is_file()
