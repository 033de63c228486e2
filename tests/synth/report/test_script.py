"""The script of the report's page, run by V8 on the page that the templates make: tables sort and filter.

``small_dom.js`` stands in for the browser's document.
"""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lowtide.synth.report.document import Cell, Column, Document, Section, Table, cell
from lowtide.synth.report.page import TEMPLATES, page

HERE = Path(__file__).parent
COLUMNS = (
    Column("PE", "its name.", words=True),
    Column("kind", "of PE.", words=True, choice=True),
    Column("area", "of it."),
    Column("size", "of the array.", words=True, choice=True),
)
#: Name, kind, area as it is shown and as it is sorted, size; the third and the last have no area.
ROWS = [
    ("pe_1", "term", "1,020", 1020, "16x16"),
    ("pe_2", "digit", "97.5", 97.5, "8x8"),
    ("pe_3", "term", "-", None, "2x2"),
    ("pe_4", "parallel", "304.5", 304.5, "4x4"),
    ("pe_5", "parallel", "304.25", 304.25, "4x4"),
    *((f"pe_{place}", "parallel", f"{300 + place}", 300 + place, "4x4") for place in range(6, 14)),
    ("pe_14", "digit", "-", None, "-"),
]
LONG = Table(COLUMNS, tuple((cell(a), cell(b), Cell(c, d), cell(e)) for a, b, c, d, e in ROWS))
SHORT = Table(COLUMNS, LONG.rows[:3])
EMPTY = {"area", "br", "col", "hr", "img", "input", "link", "meta", "path", "use"}  #: tags without an end


class Tree(HTMLParser):
    """A page as the stand-in takes it."""

    def __init__(self):
        super().__init__()
        self.open = [{"tag": "document", "attributes": {}, "children": []}]

    def handle_starttag(self, tag, attrs):
        element = {"tag": tag, "attributes": dict(attrs), "children": []}
        self.open[-1]["children"].append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop()["tag"] == tag

    def handle_data(self, data):
        self.open[-1]["children"].append(data)


@pytest.fixture(scope="module")
def tree():
    text = page(Document("Prices", (), (Section("All", (LONG, SHORT)),)), {})
    assert (TEMPLATES / "report.js").read_text() in text
    reader = Tree()
    reader.feed(text)
    (document,) = reader.open
    return document


@pytest.fixture
def shown(tree):
    return Shown(tree, width=1600)


class Shown:
    """The page in a window, its script run: Python names of what small_dom.js offers a reader."""

    def __init__(self, tree, width):
        from py_mini_racer import MiniRacer  # an engine of 60 MB in memory, for these tests alone

        self.engine = MiniRacer()
        self.engine.eval((HERE / "small_dom.js").read_text() + f"\nload({json.dumps(tree)}, {width});\n")
        self.engine.eval((TEMPLATES / "report.js").read_text())

    def __call__(self, call):
        """The value of a JavaScript expression."""
        return json.loads(self.engine.eval(f"JSON.stringify({call} ?? null)"))


def names(*places):
    return [f"pe_{place}" for place in places]


def test_a_click_sorts_numbers_up_and_another_one_down_and_what_is_empty_stays_last(shown):
    assert shown("seen(0)") == names(*range(1, 15)) and shown("sorted(0)") == [None] * 4
    shown("click(0, 'area')")
    assert shown("seen(0)") == names(2, 5, 4, *range(6, 14), 1, 3, 14)
    assert shown("sorted(0)") == [None, None, "ascending", None]
    shown("click(0, 'area')")
    assert shown("seen(0)") == names(1, *range(13, 5, -1), 4, 5, 2, 3, 14)
    assert shown("sorted(0)") == [None, None, "descending", None]
    shown("click(0, 'area')")
    assert shown("sorted(0)") == [None, None, "ascending", None]


def test_words_sort_as_people_read_numbers_in_them_and_equal_rows_keep_their_order(shown):
    shown("click(0, 'size')")
    assert shown("seen(0)") == names(3, *range(4, 14), 2, 1, 14)  # 2x2, 4x4, 8x8, 16x16, -
    shown("click(0, 'PE')")
    assert shown("seen(0)") == names(*range(1, 15)) and shown("sorted(0)") == ["ascending", None, None, None]


def test_words_filter_rows_that_hold_all_of_them(shown):
    assert shown("said(0)") == "14 of 14 rows"
    shown("type(0, ' TERM  16X ')")
    assert shown("seen(0)") == names(1) and shown("said(0)") == "1 of 14 rows"
    shown("type(0, '1,020')")
    assert shown("seen(0)") == names(1)
    shown("type(0, 'term digit')")
    assert shown("seen(0)") == [] and shown("said(0)") == "0 of 14 rows"
    shown("type(0, '')")
    assert shown("said(0)") == "14 of 14 rows"


def test_a_choice_filters_rows_and_adds_to_the_words(shown):
    assert shown("options(0, 'kind')") == [
        ["every kind", ""],
        ["term", "term"],
        ["digit", "digit"],
        ["parallel", "parallel"],
    ]
    assert shown("choices(0).length") == 2
    shown("choose(0, 'kind', 'digit')")
    assert shown("seen(0)") == names(2, 14)
    shown("choose(0, 'size', '8x8')")
    assert shown("seen(0)") == names(2)
    shown("choose(0, 'size', '4x4')")
    assert shown("seen(0)") == []
    shown("choose(0, 'size', '')")
    shown("type(0, '8x8')")
    assert shown("seen(0)") == names(2) and shown("said(0)") == "1 of 14 rows"
    shown("choose(0, 'kind', '')")
    assert shown("seen(0)") == names(2)
    shown("type(0, '')")
    assert shown("seen(0)") == names(*range(1, 15))


def test_what_is_filtered_stays_so_when_sorted_and_can_be_filtered_again(shown):
    shown("choose(0, 'kind', 'term')")
    shown("click(0, 'area')")
    shown("click(0, 'area')")
    assert shown("seen(0)") == names(1, 3)
    shown("choose(0, 'kind', '')")
    assert shown("seen(0)") == names(1, *range(13, 5, -1), 4, 5, 2, 3, 14)


def test_a_short_table_sorts_by_itself_and_has_no_filter(shown):
    assert shown("said(1)") is None and shown("box(1).querySelector('input')") is None
    shown("click(1, 'area')")
    assert shown("seen(1)") == names(2, 1, 3) and shown("seen(0)") == names(*range(1, 15))
    assert shown("sorted(0)") == [None] * 4


@pytest.mark.parametrize("width, is_open", [(1600, True), (1100, True), (1099, False), (500, False)])
def test_contents_are_closed_where_the_window_is_narrow(tree, width, is_open):
    assert Shown(tree, width)("document.querySelector('nav details').open") is is_open
