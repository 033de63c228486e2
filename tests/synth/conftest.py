"""A small report, made twice, by one process and by two."""

import json

import pytest

from lowtide.synth.prices.collect import collect
from lowtide.synth.report.contents import contents
from lowtide.synth.report.write import write
from lowtide.synth.targets import GateLibrary

from small_report import ACCURACIES, WANTED


@pytest.fixture(scope="session")
def found(tmp_path_factory):
    experiments = tmp_path_factory.mktemp("experiments")
    for name, rows in ACCURACIES.items():
        (experiments / f"{name}.json").write_text(json.dumps({"rows": rows}))
    found = []
    for processes in (1, 2):
        prices = collect(WANTED.designs(), [GateLibrary()], jobs=WANTED.jobs(), processes=processes)
        found.append(contents(WANTED, prices, experiments, command="lowtide price little times"))
    return found


@pytest.fixture(scope="session")
def folders(found, tmp_path_factory):
    written = []
    for each in found:
        written.append(tmp_path_factory.mktemp("report"))
        write(each, written[-1])
    return written


@pytest.fixture(scope="session")
def report(folders):
    return json.loads((folders[0] / "report.json").read_text())
