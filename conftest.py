"""What holds for every test: one that cannot run is a failure, and one sees the same numbers whatever ran before it."""

import numpy as np
import pytest

from lowtide.common.jobs import default_jobs


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_xdist_auto_num_workers():
    """Tests that run at a time follow the rule of everything that works in parallel."""
    return default_jobs()


@pytest.fixture(autouse=True)
def same_numbers_in_any_order(request):
    """Random generators that a module's tests share begin anew in each of them."""
    for value in vars(request.module).values():
        if isinstance(value, np.random.Generator):
            value.bit_generator.state = np.random.default_rng(1).bit_generator.state


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item):
    return _failed_if_skipped((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _failed_if_skipped((yield), collector.nodeid)


def _failed_if_skipped(report, name):
    if report.outcome == "skipped":
        why = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        vars(report).pop("wasxfail", None)
        report.outcome, report.longrepr = "failed", f"{name} did not run, which is a failure here: {why}"
    return report
