"""Documents: what a table may be, every column explained once, the same in Markdown and on the page."""

import pytest

from lowtide.synth.report.document import Cell, Column, Document, Section, Table, cell
from lowtide.synth.report.markdown import markdown
from lowtide.synth.report.page import page

NAME, AREA = Column("PE", "the *PE*.", words=True), Column("area", "its area.")
LARGER = Column("area of all", "its area.")


ROWS = ((cell("a|b"), cell(1234.5, 1), cell(None)),)


def document(*columns, rows=ROWS):
    return Document("Some", (("Version", "`1`"),), (Section("All & more", ("Said.", Table(columns, rows))),))


def test_columns_of_one_meaning_are_explained_together():
    found = document(NAME, AREA, LARGER)
    assert found.meanings() == {"the *PE*.": ["PE"], "its area.": ["area", "area of all"]}


def test_one_name_with_two_meanings_is_refused():
    two = Section("One", (Table((AREA,), ()),), (Section("Inside", (Table((Column("area", "another."),), ()),)),))
    with pytest.raises(ValueError, match="^column is 'area' with two meanings, allowed is one$"):
        Document("Some", (), (two,)).meanings()


@pytest.mark.parametrize(
    "columns, rows, said",
    [((AREA, AREA), (), "columns are area, area, allowed are names that differ"), ((AREA,), ((),), "row has 0 cells")],
)
def test_a_table_that_cannot_be_read_is_refused(columns, rows, said):
    with pytest.raises(ValueError, match=said):
        Table(columns, rows)


def test_markdown_has_headings_rows_and_meanings():
    text = markdown(document(NAME, AREA, LARGER))
    assert "- Version: `1`\n" in text and "\n## All & more\n\nSaid.\n" in text
    assert "| PE | area | area of all |\n|---|---:|---:|\n| a\\|b | 1,234.5 | - |" in text
    assert "- *area*, *area of all*: its area." in text


def test_the_page_sorts_by_values_and_escapes_what_it_shows():
    rows = ((Cell("<i>", link="a.v", mark="bad"), cell(1234.5, 1), cell(None)),)
    text = page(document(NAME, AREA, LARGER, rows=rows), {})
    assert '<td class="words bad"><a href="a.v">&lt;i&gt;</a></td>' in text
    assert '<td class="" data-value="1234.5">1,234.5</td><td class="">-</td>' in text
    assert '<h2 id="all-more">All &amp; more</h2>' in text and 'href="#all-more"' in text
    assert '<th title="the PE." class="words">PE</th>' in text
