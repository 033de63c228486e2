"""Folders that entries write to."""

import pytest

from lowtide.common.output import output_folder, write_page


def test_the_folder_is_made(tmp_path):
    with output_folder(tmp_path / "a" / "b") as folder:
        (folder / "file").write_text("")
    assert (tmp_path / "a" / "b" / "file").exists()


def test_what_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"^output is \S+: (not a directory|file exists), allowed are folders to"):
        with output_folder(tmp_path / "file" / "b"):
            pass
    with pytest.raises(ValueError, match="^output is '', allowed are names of folders$"):
        with output_folder(""):
            pass
    with pytest.raises(ValueError, match="is a directory"):
        with output_folder(tmp_path) as folder:
            folder.write_text("")


def test_a_page_has_its_pictures_beside_it(tmp_path):
    (tmp_path / "area.svg").write_text("<svg/>")
    page = tmp_path / "docs" / "price.md"
    written = write_page(page, "![area](area.svg) [more](other.md)\n", [tmp_path / "area.svg"])
    assert written == [page, tmp_path / "docs" / "price" / "area.svg"]
    assert page.read_text() == "![area](price/area.svg) [more](other.md)\n"
    assert written[1].read_text() == "<svg/>"


def test_a_page_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "docs").write_text("")
    with pytest.raises(ValueError, match=r"^output is \S+: .*, allowed are folders to write to$"):
        write_page(tmp_path / "docs" / "price.md", "")
