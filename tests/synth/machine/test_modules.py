"""Areas of the parts of a unit: each module once, memories left out."""

import pytest

from lowtide.hw.memory.queue import Queue
from lowtide.hw.post.columns.parameters import Parameters
from lowtide.hw.post.values.values import Values
from lowtide.synth.machine.modules import modules, prices_of
from lowtide.synth.targets import target

from post_records import machine


def test_memories_are_left_out():
    small, large = (prices_of(modules(Queue("buffer", width=16, most=most)), target("ge")) for most in (3, 257))
    assert list(small) == list(large) == ["buffer"]
    assert 0 < small["buffer"].area < large["buffer"].area < 400  # pointers alone grow; 4,096 flip-flops are 21,000


def test_modules_count_as_often_as_they_occur():
    config = machine("priced", dict(rows=4, cols=1), post=(), multiplier_bits=2)
    found = prices_of(modules(Values(config)), target("ge"))
    assert {name: each.instances for name, each in found.items()} == {
        "priced_machine_values": 1,
        "priced_machine_requantiser": 4,
    }


@pytest.mark.parametrize("whole", [False, True])
def test_a_module_may_be_taken_whole(whole):
    config = machine("priced", dict(rows=4, cols=1), post=(), multiplier_bits=2)
    name = "priced_machine_parameters"
    found = prices_of(modules(Parameters(config), whole=[name] if whole else ()), target("ge"))
    assert set(found) == {name} | (set() if whole else {"priced_machine_channels"})
    total = sum(each.total for each in found.values())
    assert 900 < total < 1400
