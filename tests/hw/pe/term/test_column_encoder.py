"""Term encoders and term selector of a column, free and under every lane rule; tests_long has more of them."""

import pytest

from column_encoders import check_column

FREE = [(2, 4, 3), (3, 3, 2), (1, 8, 1)]
RULED = [(2, 4, 3, True, 2), (2, 4, 4, True, 1), (2, 4, 2, False, 1), (4, 3, 6, True, 4), (4, 3, 2, False, 2)]


@pytest.mark.parametrize("group, width, lanes", FREE)
def test_terms_come_in_the_order_of_the_definition(group, width, lanes):
    check_column(group=group, w_width=width, lanes=lanes)


@pytest.mark.parametrize("group, width, lanes, window, pipeline", [(2, 4, 3, 2, 1), (2, 4, 6, 1, 2)])
def test_terms_by_rank_are_the_same(group, width, lanes, window, pipeline):
    check_column(group=group, w_width=width, lanes=lanes, window=window, pipeline=pipeline)


@pytest.mark.parametrize("group, width, lanes, dedicated, window", RULED)
def test_lanes_take_the_largest_term_that_they_see(group, width, lanes, dedicated, window):
    check_column(group=group, w_width=width, lanes=lanes, dedicated=dedicated, window=window)
