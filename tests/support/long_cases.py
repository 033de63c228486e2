"""Cases of a test that `make test` has no time for: `make test-long` runs them."""

import pytest

__all__ = ["long"]


def long(*values):
    """The values of one case, marked."""
    return pytest.param(*values, marks=pytest.mark.long)
