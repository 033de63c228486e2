"""A real network on the machine: pictures in external memory to scores there, on the RTL, bit for bit."""

import numpy as np
import pytest

from lowtide import Mode
from lowtide.common.records.record import Kind
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine import MachineModel
from lowtide.workloads.digits.weights import Precision

from network_records import digits_list

IMAGES = 24


@pytest.fixture(scope="module")
def model():
    return MachineModel(flexible_machine("parallel"), memory_bytes=1 << 18, watchdog=5000, quick=True)


@pytest.mark.parametrize(
    "precision, latency, stalls",
    [(Precision(), 0, 0.0), (Precision(w_format="codebook16"), 0, 0.0), (Precision(x_bits=5, w_bits=4), 25, 0.2)],
    ids=["int8", "codebook", "narrow, on a slow bus"],
)
def test_the_digits_network_gives_the_integer_networks_scores(model, precision, latency, stalls):
    model.reset()
    model.behave(latency=latency, stalls=stalls)
    found = digits_list(model.config, Mode(), precision, IMAGES)
    model.write(0, found.external)
    run = model.run_at(found.address, 64)
    assert np.array_equal(found.scores(model.memory, model.config.atom_bytes), found.expected)
    assert [entry.kind for entry in run.entries].count(Kind.EXEC) == 3
    assert len(np.unique(found.expected.argmax(axis=1))) > 5
