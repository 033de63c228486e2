"""What goes over the bus: bytes by hand, weights that are zero, and the page."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.kinds import Load, Memory
from lowtide.experiments.bus_traffic import traffic as module
from lowtide.experiments.bus_traffic.command import FORMATS
from lowtide.experiments.bus_traffic.page import Measured, markdown
from lowtide.experiments.bus_traffic.traffic import Moved, Traffic, traffic
from lowtide.experiments.whole_networks.networks import NETWORKS
from lowtide.experiments.whole_networks.tasks import Format
from lowtide.hw.config.machines import find_machine

#: Weights of the digits perceptron do not stay in so small a memory.
CONFIG = replace(find_machine("small"), name="narrow", bus_bits=32, weight_bytes=1 << 12)


@pytest.fixture(scope="module")
def digits():
    return traffic(NETWORKS["digits"].make(), Format(), CONFIG)


def test_weights_of_a_network_cross_the_bus_once(digits):
    """Columns of zeros fill the last tile of each layer, and a beat of all columns is a word."""
    layers = [(64, 64), (64, 32), (32, 10)]
    word = CONFIG.array.cols * CONFIG.array.lanes
    words = sum(-(-inputs // CONFIG.array.lanes) * -(-outputs // CONFIG.array.cols) for inputs, outputs in layers)
    assert digits.weights.total == words * word
    assert 0 < digits.weights.nonzero < digits.weights.compressed <= digits.weights.total
    assert digits.features.total >= 64


def test_twice_the_bus_and_saved_beats_bound_compression(digits):
    assert digits.with_twice <= digits.cycles
    found = replace(digits, bus_bits=64, cycles=1000, with_twice=900, features=Moved())
    assert replace(found, weights=Moved(8000, 5000, 6000)).most_saved == 0.1  # 250 beats, but the wider bus bounds it
    assert replace(found, weights=Moved(800, 500, 600)).most_saved == 0.025
    assert (
        replace(found, weights=Moved(8000, 1000, 2000)).most_saved == 0.75
    )  # compressed by more than a wider bus does
    assert replace(found, weights=Moved(), with_twice=1001).most_saved == 0


def test_copies_are_counted_once_each_with_their_zeros():
    seed = 4
    print(f"seed {seed}")
    rng = np.random.default_rng(seed)
    external = rng.integers(0, 3, 1 << 13).astype(np.uint8)
    golden = module._Counting(CONFIG, external)
    atom = golden.local(Memory.FEATURE).shape[1]
    dense = Load(memory=Memory.FEATURE, address=0, units=5, count_1=3, pitch_1=7 * atom, local_pitch_1=6)
    zeros = Load(memory=Memory.FEATURE, address=1 << 12, local=100, units=2)
    external[1 << 12 :] = 0
    golden.execute(dense)
    golden.execute(zeros)
    golden.execute(replace(dense, fill=1))
    copied = np.concatenate([external[run * 7 * atom : (run * 7 + 5) * atom] for run in range(3)])
    nonzero = int((copied != 0).sum())
    expected = Moved(copied.size, nonzero, min(copied.size, nonzero + -(-copied.size // 8)))
    expected.add(Moved(2 * atom, 0, -(-2 * atom // 8)))
    assert golden.moved == {Memory.FEATURE: expected}


def test_the_page_has_a_line_for_each_bus():
    found = Traffic(bus_bits=64, cycles=1000, with_twice=900, weights=Moved(2000, 1500, 1750), features=Moved())
    text = markdown([Measured("resnet-50", Format(), found, True)], "lowtide bus-traffic", ["mnist-8: no data"])
    assert "| ResNet-50, random weights | fixed:8 | 64 | 1,000 | 2 | 75 % | 88 % | 0 | - | - | 3.1 % |" in text
    assert "- Missing: mnist-8: no data" in text
    assert set(FORMATS) <= set(NETWORKS)
