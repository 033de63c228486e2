"""`lowtide price` of one configuration, with every conventional PE that it is compared with."""

import re

from lowtide.command import main


def test_the_command_line_prints_what_it_made(tmp_path, capsys):
    out, page = tmp_path / "out", tmp_path / "docs" / "price.md"
    assert main(["price", "parallel_4x4_l1", "--target", "ge", "-o", str(out), "--page", str(page)]) == 0
    printed = capsys.readouterr().out.replace("\n", "")
    for ending in ("json", "md", "html"):
        assert (out / f"report.{ending}").stat().st_size and f"{out}/report.{ending}" in printed
    assert "`lowtide price parallel_4x4_l1 --target ge`" in page.read_text()
    for name in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        assert (page.parent / name).is_file(), name
    assert (page.parent / "price" / "kinds.json").is_file()
