"""LOAD and STORE against copies stated in NumPy: random shapes, alignments and stalls, all memories, wrong records."""

import itertools
import random

import numpy as np
import pytest

from lowtide.common.records.errors import Error
from lowtide.common.records.kinds import Load, Store
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.control.movers.places import places

from mover_bench import MoverBench

SIZE = 1 << 16
#: Beats of several atoms, for all rows or fewer; atoms and words of several beats; words and entries of a part of one.
MACHINES = {
    name: AcceleratorConfig(
        name=name,
        array=ArrayConfig(name=f"{name}_array", kind="parallel", rows=rows, cols=2, lanes=lanes),
        feature_bytes=1 << 9,
        weight_bytes=1 << 9,
        parameters=16,
        taps=16,
        bus_bits=bus_bits,
        outstanding=4,
        post=("table",),
        rows_per_requantiser=1,
    )
    for name, rows, lanes, bus_bits in (("bytes", 8, 1, 32), ("wide", 2, 8, 32), ("narrow", 8, 2, 128))
}


def runs(record):
    """External byte and local unit of each run, the innermost dimension first."""
    for third, second, first in itertools.product(*(range(getattr(record, f"count_{n}")) for n in (3, 2, 1))):
        turn = (first, second, third)
        external = record.address + sum(getattr(record, f"pitch_{n}") * turn[n - 1] for n in (1, 2, 3))
        local = record.local + sum(getattr(record, f"local_pitch_{n}") * turn[n - 1] for n in (1, 2, 3))
        yield external, local


def random_record(rng, kind, place, *, fill=False):
    """A legal record whose runs do not overlap where it writes."""
    while True:
        counts = [rng.choice([1, 1, 2, 3, rng.randint(1, 5)]) for _ in range(3)]
        units = rng.choice([1, 2, rng.randint(1, 20), rng.randint(1, place.units)])
        pitches = [rng.randint(-40, 40) * place.unit_bytes for _ in range(3)]
        local_pitches = [rng.choice([units, -units, rng.randint(-40, 40)]) for _ in range(3)]
        record = kind(
            memory=place.memory,
            address=rng.randrange(SIZE // place.unit_bytes) * place.unit_bytes,
            local=rng.randrange(place.units),
            units=units,
            **{f"count_{n}": count for n, count in enumerate(counts, 1)},
            **{f"pitch_{n}": pitch for n, pitch in enumerate(pitches, 1)},
            **{f"local_pitch_{n}": pitch for n, pitch in enumerate(local_pitches, 1)},
            **({"fill": 1, "fill_value": rng.randrange(256)} if fill else {}),
        )
        externals, locals_ = zip(*runs(record), strict=True)
        size = units * place.unit_bytes
        inside = min(externals) >= 0 and max(externals) + size <= SIZE
        written = np.zeros(SIZE, int)
        for external, local in runs(record):
            start, length = (external, size) if kind is Store else (local + 4096, units)
            written[max(start, 0) : start + length] += 1
        if inside and min(locals_) >= 0 and max(locals_) + units <= place.units and written.max() == 1:
            return record


def bench(name, seed, busy=1.0, **behaviour):
    made = MoverBench(MACHINES[name], random.Random(seed), size=SIZE, seed=seed, busy=busy)
    contents = np.random.default_rng(seed)
    made.model.memory[:] = contents.integers(0, 256, SIZE)
    for memory in made.memories.values():
        memory[:] = contents.integers(0, 256, memory.shape)
    made.model.behave(**behaviour)
    return made


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("stalls, latency, busy", [(0.0, 0, 1.0), (0.3, 20, 0.6)])
def test_loads_and_stores_are_the_copies_of_their_records(name, stalls, latency, busy):
    made, rng = bench(name, 5, busy, stalls=stalls, latency=latency), random.Random(f"{name} {busy}")
    for number in range(40):
        is_store = number % 3 == 2
        place = places(made.config)[0 if is_store else number % len(places(made.config))]
        fill = not is_store and rng.random() < 0.3
        record = random_record(rng, Store if is_store else Load, place, fill=fill)
        external, local = made.model.memory.copy(), {at: memory.copy() for at, memory in made.memories.items()}
        unit = place.unit_bytes
        for byte, first in runs(record):
            for at in range(record.units):
                outside = slice(byte + at * unit, byte + (at + 1) * unit)
                if is_store:
                    external[outside] = local[0][first + at]
                else:
                    local[int(place.memory)][first + at] = record.fill_value if fill else external[outside]
        assert made.run("store" if is_store else "load", record)[::2] == (0, 0), record
        assert (made.model.memory == external).all(), record
        for at, memory in local.items():
            assert (made.memories[at] == memory).all(), record


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("kind", ["load", "store", "fill"])
def test_a_beat_moves_in_every_cycle(name, kind):
    """The whole feature memory, not aligned to the bus: a beat a cycle, a few cycles about it, and of a STORE those in
    which its first burst is collected."""
    made = bench(name, 7)
    place = places(made.config)[0]
    record = (Store if kind == "store" else Load)(
        address=4 * place.unit_bytes + 4096, units=place.units, **({"fill": 1} if kind == "fill" else {})
    )
    error, cycles, _ = made.run("store" if kind == "store" else "load", record)
    beats = place.units * place.unit_bytes // made.config.bus_bytes + 1
    assert not error and cycles <= beats + {"load": 9, "store": 26, "fill": 5}[kind]


def word(record, **fields):
    """A record with fields that it refuses."""
    bits = int.from_bytes(record.pack(), "little")
    for field in record.layout():
        if field.name in fields:
            bits = field.put(bits, fields[field.name])
    return bits.to_bytes(record.size, "little")


@pytest.mark.parametrize(
    ("which", "fields", "error"),
    [
        ("load", {}, Error.NONE),
        ("load", {"local": 510}, Error.NONE),
        ("load", {"local": 511}, Error.ADDRESS),
        ("load", {"count_1": 3, "local_pitch_1": 256}, Error.ADDRESS),
        ("load", {"count_2": 3, "local_pitch_2": -1}, Error.ADDRESS),
        ("load", {"local": 4, "count_2": 3, "local_pitch_2": -2}, Error.NONE),
        ("load", {"memory": 3, "address": 2048, "local": 15}, Error.ADDRESS),
        ("load", {"count_3": 65535, "local_pitch_3": 0}, Error.NONE),
        ("load", {"count_1": 65535, "pitch_1": -(1 << 31), "count_2": 65535, "pitch_2": -(1 << 31)}, Error.WINDOW),
        ("load", {"count_1": 65535, "local_pitch_1": (1 << 23) - 1}, Error.ADDRESS),
        ("load", {"units": (1 << 24) - 1}, Error.ADDRESS),
        ("load", {"address": 1023}, Error.WINDOW),
        ("load", {"address": 1024}, Error.NONE),
        ("load", {"address": 0x8FFE}, Error.NONE),
        ("load", {"address": 0x8FFF}, Error.WINDOW),
        ("load", {"address": 0xFFFFFFFF}, Error.WINDOW),
        ("load", {"count_1": 2, "pitch_1": 0x8FFF - 2048}, Error.WINDOW),
        ("load", {"count_1": 2, "pitch_1": 0x8FFE - 2048}, Error.NONE),
        ("load", {"count_1": 3, "pitch_1": -513}, Error.WINDOW),
        ("load", {"count_1": 3, "pitch_1": -512}, Error.NONE),
        ("load", {"address": 1023, "fill": 1}, Error.NONE),
        ("load", {"memory": 3, "address": 2052}, Error.RANGE),
        ("load", {"memory": 3, "address": 2048, "pitch_2": 4}, Error.RANGE),
        ("load", {"memory": 5}, Error.RANGE),
        ("load", {"memory": 6}, Error.RANGE),
        ("load", {"count_2": 0}, Error.RANGE),
        ("load", {"units": 0}, Error.RANGE),
        ("store", {}, Error.NONE),
        ("store", {"memory": 1}, Error.RANGE),
        ("store", {"fill": 1}, Error.RANGE),
        ("store", {"local": 511}, Error.ADDRESS),
        ("store", {"address": 0x8FFF}, Error.WINDOW),
    ],
)
def test_a_record_that_reaches_beyond_is_refused(which, fields, error):
    made = bench("bytes", 3)
    made.model.set("base", 1024)
    made.model.set("limit", 0x8FFF)
    record = (Load if which == "load" else Store)(address=2048, units=2)
    bits = int.from_bytes(word(record, **fields), "little")
    model = made.model
    model.set(f"{which}_record", bits)
    model.set(f"{which}_check", 1)
    made.cycle()
    model.set(f"{which}_check", 0)
    lengths = [fields.get(f"count_{n}", 1) - 1 for n in (1, 2, 3)]
    cycles = 0
    while not model.get(f"{which}_checked"):
        made.cycle()
        cycles += 1
    assert model.get(f"{which}_error") == error
    if all(length >= 0 for length in lengths):
        assert cycles == 6 + sum(length.bit_length() for length in lengths)
    assert model.counts().read_bursts == model.counts().write_bursts == 0


def test_records_of_both_movers_are_checked_one_behind_the_other():
    """Each with its own verdict, in as many cycles as alone, behind the one that came first."""
    made, rng = bench("bytes", 5), np.random.default_rng(5)
    model = made.model
    model.set("base", 1024)
    model.set("limit", 0x8FFF)
    verdicts = {Error.NONE: {}, Error.WINDOW: {"address": 0xFFF0}, Error.RANGE: {"units": 0}}
    for _ in range(60):
        order = [("load", Load), ("store", Store)][:: rng.choice([1, -1])]
        later, cycle, done, expected, takes = int(rng.integers(1, 20)), 0, {}, {}, {}
        for which, kind in order:
            error = list(verdicts)[rng.integers(3)]
            count = int(rng.integers(1, 40))
            record = kind(address=2048, units=2, count_1=count)
            model.set(f"{which}_record", int.from_bytes(word(record, **verdicts[error]), "little"))
            expected[which], takes[which] = error, 4 + (count - 1).bit_length()
        while len(done) < 2:
            for number, (which, _) in enumerate(order):
                model.set(f"{which}_check", cycle == number * later)
            for number, (which, _) in enumerate(order):
                if which not in done and cycle > number * later and model.get(f"{which}_checked"):
                    done[which] = cycle
                    assert model.get(f"{which}_error") == expected[which]
            made.cycle()
            cycle += 1
        (first, _), (second, _) = order
        assert done[first] == 3 + takes[first]
        assert done[second] == max(later, done[first]) + 3 + takes[second]


def test_errors_of_the_bus_are_told_and_the_record_ends():
    made = bench("bytes", 11, stalls=0.2, read_fault=(0x2008, 0x2010), response=3)
    error, _, bad = made.run("load", Load(address=0x2000, units=64))
    assert (error, bad) == (0, 2)
    assert (made.memories[0][16:64].ravel() == made.model.memory[0x2010:0x2040]).all()
