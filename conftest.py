"""A test that cannot run is a failure: nothing is skipped, so that a green run has looked at everything."""

import pytest


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
