"""The page of the report: the answer first, everything in it, every column explained."""

import itertools
import re


def test_the_page_begins_with_the_answer_and_holds_everything(folders):
    page = (folders[0] / "report.html").read_text()
    first = page.index("<table>")
    assert page.index("lowtide price little times") < page.index("Which PE for which need</h2>") < first
    assert page.index('<figure class="modes">') < first < page.index('<figure class="accuracy_efficientnet">')
    assert page.count("<svg") == 8 and "<img" not in page and page.count("<table>") > 5
    assert "<text" not in page.split("<svg")[1]  # words of plots are paths


def test_the_page_needs_nothing_beside_it_but_what_it_links_to(folders):
    page = (folders[0] / "report.html").read_text()
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert {"verilog/little.v", "report.json"} <= set(loaded) and "url(http" not in page
    for name in loaded:
        assert (folders[0] / name).is_file(), name
    anchors = set(re.findall(r' id="([^"]+)"', page))
    wanted = re.findall(r'href="#([^"]+)"', page)
    assert len(wanted) > 10 and set(wanted) <= anchors


def test_every_column_is_explained_once(folders):
    page = (folders[0] / "report.html").read_text()
    explained = re.findall(r"<dt>([^<]+)</dt>", page.split('class="columns"')[1])
    shown = set(re.findall(r'<th title="[^"]+"[^>]*>([^<]+)</th>', page))
    assert len(shown) > 20 and sorted(shown) == sorted(explained)


def test_no_table_has_two_columns_of_one_name_or_one_without(folders):
    lines = (folders[0] / "report.md").read_text().splitlines()
    heads = [line for line, rule in itertools.pairwise(lines) if rule.startswith("|---")]
    assert heads
    for line in heads:
        names = [name.strip() for name in line.strip("|").split("|")]
        assert all(names) and len(set(names)) == len(names), line
