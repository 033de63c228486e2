"""The AXI4 master against a memory that stalls, answers out of order and fails: whole data, kept rules.

The memory checks the rules of the bus in every cycle (sim/machine/axi_memory.h).
"""

import random
from functools import cache

import numpy as np
import pytest

from lowtide.hw.bus.master import Master

from unit_model import UnitModel

SIZE = 1 << 15
WIDTHS = [32, 64, 256]


@cache
def unit(bus_bits, outstanding=4):
    return Master(f"master_{bus_bits}", bus_bits, readers=("a", "b"), writers=("c", "d"), outstanding=outstanding)


def model(bus_bits, seed):
    made = UnitModel(unit(bus_bits), size=SIZE, seed=seed)
    made.memory[:] = np.random.default_rng(seed).integers(0, 256, SIZE)
    for name in made.inputs:
        if not name.startswith("m_axi"):
            made.set(name, 0)
    made.reset()
    return made


def requests(rng, count, beats, longest):
    """Random runs of beats that do not leave the memory, some at the end of 4 KB."""
    found = []
    for _ in range(count):
        length = rng.choice([1, 2, rng.randint(1, longest), rng.randint(1, 40)])
        found.append((rng.randrange(beats - length), length))
    return found


def drive(made, rng, reads, writes, *, busy=0.7, limit=60_000):
    """Offer all requests and data at random times; return the beats that each reader got, and errors of writers."""
    bus = made.widths["a_beat_data"] - 1
    beat_bits = made.widths["a_request_data"] - 30
    got = {name: [] for name in reads}
    bad = dict.fromkeys(writes, 0)
    todo = {name: list(runs) for name, runs in reads.items()} | {name: list(runs) for name, (runs, _) in writes.items()}
    data = {name: list(beats) for name, (_, beats) in writes.items()}
    asked = dict.fromkeys(writes, 0)  # beats whose request was offered
    wanted = {name: sum(length for _, length in runs) for name, runs in reads.items()}
    offered = dict.fromkeys([*todo, *(f"{name} data" for name in writes)], False)
    for _ in range(limit):
        for name, runs in todo.items():
            if not offered[name] and runs and rng.random() < busy:
                offered[name] = True
                asked[name] = asked.get(name, 0) + runs[0][1]
                made.set(f"{name}_request_data", runs[0][0] | runs[0][1] << beat_bits)
            made.set(f"{name}_request_valid", offered[name])
        for name, beats in data.items():
            if not offered[f"{name} data"] and beats and asked[name] and rng.random() < busy:
                offered[f"{name} data"] = True
                word, strobe = beats[0]
                made.set(f"{name}_beat_data", word | strobe << bus)
            made.set(f"{name}_beat_valid", offered[f"{name} data"])
        for name in reads:
            made.set(f"{name}_beat_ready", rng.random() < busy)
        for name in reads:
            if made.get(f"{name}_beat_valid"):
                made.set(f"{name}_beat_ready", ready := rng.random() < busy)
                if ready:
                    word = made.get(f"{name}_beat_data")
                    got[name].append((word & (1 << bus) - 1, word >> bus))
        for name in writes:
            if offered[f"{name} data"] and made.get(f"{name}_beat_ready"):
                offered[f"{name} data"] = False
                data[name].pop(0)
                asked[name] -= 1
            bad[name] += made.get(f"{name}_bad")
        for name in todo:
            if offered[name] and made.get(f"{name}_request_ready"):
                offered[name] = False
                todo[name].pop(0)
        made.tick()
        finished = not any(todo.values()) and not any(data.values())
        if finished and all(len(got[name]) == wanted[name] for name in reads):
            if made.get("idle") and not any(made.get(f"{name}_missing") for name in writes):
                made.check_bus()
                return got, bad
    raise AssertionError(f"not finished: {todo} {[len(beats) for beats in data.values()]}")


def words(memory, bus_bits, start, length):
    step = bus_bits // 8
    return [
        int.from_bytes(memory[at * step : (at + 1) * step].tobytes(), "little") for at in range(start, start + length)
    ]


@pytest.mark.parametrize("stalls, latency, busy", [(0.0, 0, 1), (0.4, 30, 0.7), ((0.9, 0, 0, 0.8, 0), 3, 0.5)])
@pytest.mark.parametrize("bus_bits", WIDTHS)
def test_reads_and_writes_are_whole_and_in_order(bus_bits, stalls, latency, busy):
    made, rng, step = model(bus_bits, 3), random.Random(bus_bits), bus_bits // 8
    made.behave(latency=latency, stalls=stalls)
    half = SIZE // step // 2  # readers read the lower half, each writer has a quarter
    reads = {name: requests(rng, 12, half, 300) for name in "ab"}
    writes, expected = {}, made.memory.copy()
    for place, name in enumerate("cd"):
        runs = [(half + place * half // 2 + at, length) for at, length in requests(rng, 12, half // 2, 60)]
        beats = []
        for start, length in runs:
            for at in range(start, start + length):
                word, strobe = rng.getrandbits(bus_bits), rng.choice([(1 << step) - 1, rng.getrandbits(step)])
                beats.append((word, strobe))
                for byte in range(step):
                    if strobe >> byte & 1:
                        expected[at * step + byte] = word >> 8 * byte & 255
        writes[name] = (runs, beats)
    before = made.memory.copy()
    got, bad = drive(made, rng, reads, writes, busy=busy)
    for name, runs in reads.items():
        assert got[name] == [(word, 0) for run in runs for word in words(before, bus_bits, *run)]
    assert (made.memory == expected).all() and bad == {"c": 0, "d": 0}
    assert made.counts().most_outstanding == 4


@pytest.mark.parametrize("response", [2, 3])
def test_a_refused_read_or_write_is_told(response):
    made, rng = model(32, 5), random.Random(7)
    made.behave(stalls=0.2, read_fault=(64, 72), write_fault=(4096, 4100), response=response)
    writes = {"c": ([(1020, 8)], [(1, 15)] * 8), "d": ([(2048, 4)], [(2, 15)] * 4)}
    got, bad = drive(made, rng, {"a": [(10, 20)], "b": [(100, 5)]}, writes)
    assert [place for place, (_, wrong) in enumerate(got["a"]) if wrong] == [6, 7]  # of beats 10 and following
    assert not any(wrong for _, wrong in got["b"])
    assert bad == {"c": 1, "d": 0}  # the burst behind the boundary of 4 KB alone


def test_nothing_stalls_without_a_reason():
    """A long read and a long write, each takes a cycle a beat and a few to begin and end."""
    made, rng = model(64, 1), random.Random(1)
    before = made.cycle
    drive(made, rng, {"a": [(0, 1000)]}, {"c": ([(2048, 1000)], [(at, 255) for at in range(1000)])}, busy=1)
    assert made.cycle - before <= 1000 + 16 + 12


def test_reset_in_the_midst_of_bursts_leaves_nothing_behind():
    made, rng = model(32, 9), random.Random(2)
    made.behave(latency=20, stalls=0.3)
    for name in "abcd":
        made.set(f"{name}_request_data", 1000 | 200 << 30)
        made.set(f"{name}_request_valid", 1)
    for name in "cd":
        made.set(f"{name}_beat_valid", 1)
    for _ in range(61):
        made.tick()
    for name in made.inputs - {"rst"}:
        if name.endswith("valid") and not name.startswith("m_axi"):
            made.set(name, 0)
    made.reset()
    before = made.memory.copy()
    got, bad = drive(made, rng, {"a": [(3, 20)], "b": [(5, 9)]}, {"c": ([(4000, 2)], [(77, 15)] * 2), "d": ([], [])})
    assert got["a"] == [(word, 0) for word in words(before, 32, 3, 20)]
    assert got["b"] == [(word, 0) for word in words(before, 32, 5, 9)]
    assert words(made.memory, 32, 4000, 2) == [77, 77] and not any(bad.values())
