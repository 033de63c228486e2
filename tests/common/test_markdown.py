"""Tables in Markdown."""

import pytest

from lowtide.common.markdown import table


def test_a_table():
    found = table(("name", "area"), [("a", 1), ("b", 2.5)], right=(1,))
    assert found.splitlines() == ["| name | area |", "|---|---:|", "| a | 1 |", "| b | 2.5 |"]


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="row has 1 cells, allowed are 2: name, area"):
        table(("name", "area"), [("a",)])
