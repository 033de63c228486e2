"""Predicted times of lists are those that the machine tells, record by record."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide import Mode
from lowtide.common.records.errors import MachineError
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, pack, unpack
from lowtide.compiler.cycles import BusTiming, exec_cycles, list_cycles
from lowtide.formal.fuzz.records.maker import Maker
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.machines import flexible_machine
from lowtide.sim.machine import MachineModel
from lowtide.workloads.digits.weights import Precision

from network_records import digits_list

SEED = 11


@pytest.fixture(scope="module")
def model():
    return MachineModel(flexible_machine("parallel"), memory_bytes=1 << 18, watchdog=5000, quick=True)


def told(run):
    """What the machine tells of each record."""
    return [
        (each.number, each.kind, each.begun, each.cycles, each.token_waits, each.beats)
        for each in sorted(run.entries, key=lambda each: each.number)
    ]


def predicted(records, config, latency):
    """The same, predicted; and all cycles."""
    times = list_cycles(records, config, bus=BusTiming(latency), profiled=True)
    found = [(each.number, each.kind, each.begun, each.cycles, each.token_waits, each.beats) for each in times.records]
    return found, times.cycles


def random_copies(rng, config):
    """LOADs and STOREs of all memories, with and without fill, in runs of all lengths."""
    sizes = {Memory.FEATURE: config.feature_atoms, Memory.WEIGHT: config.weight_words, Memory.TAP: config.taps}
    sizes |= {Memory.PARAMETER: config.parameters, Memory.TABLE: 64, Memory.CODEBOOK: 128}
    units = {Memory.FEATURE: config.atom_bytes, Memory.WEIGHT: config.weight_word_bytes}
    records = []
    for _ in range(14):
        stores = rng.random() < 0.4
        memory = Memory.FEATURE if stores else Memory(int(rng.integers(6)))
        unit, counts = units.get(memory, 8), rng.integers(1, 5, 3).tolist()
        most = max(1, sizes[memory] // (counts[0] * counts[1] * counts[2]))
        fields = dict(memory=memory, units=int(rng.integers(1, most + 1)), address=unit * int(rng.integers(1 << 10)))
        for number, count in enumerate(counts, 1):
            fields |= {f"count_{number}": count, f"pitch_{number}": unit * int(rng.integers(64))}
        records.append(Store(**fields) if stores else Load(**fields, fill=int(rng.random() < 0.2)))
    return records


@pytest.mark.parametrize("latency", [0, 1, 30])
def test_copies_are_predicted_exactly(model, latency):
    """Both movers at the same time, nothing else."""
    rng = np.random.default_rng([SEED, latency])
    print(f"seed {SEED}")
    for _ in range(2):
        model.reset()
        model.behave(latency=latency)
        records = random_copies(rng, model.config)
        alone = [record for record in records if isinstance(record, Load)]  # entries do not meet STORE's bursts
        for listed in (alone, [record for record in records if isinstance(record, Store)]):
            run = model.run(listed, address=1 << 17)
            assert (told(run), run.cycles) == predicted(listed, model.config, latency)


def test_the_digits_network_is_predicted_exactly(model):
    found = digits_list(model.config, Mode(), Precision(), 24)
    records = unpack(found.external[found.address :].tobytes())
    for latency in (0, 25):
        model.reset()
        model.behave(latency=latency)
        model.write(0, found.external)
        run = model.run_at(found.address, len(records))
        assert (told(run), run.cycles) == predicted(records, model.config, latency)


def test_random_lists_are_predicted(model):
    """All three engines at once. Nearly all records are exact; the rest is told of in lists.py, and small."""
    print(f"seed {SEED}")
    exact = records = executions = 0
    for number, shares in enumerate(((0.6, 0.8), (0.7, 0.8), (0.7, 0.8))):
        maker = Maker(model.config, np.random.default_rng([SEED, number]))
        maker.fill()
        while len(maker.schedule.records) < 24:
            choice = maker.rng.random()
            (maker.execute if choice < shares[0] else maker.load if choice < shares[1] else maker.store)()
        listed = list(maker.schedule.records)
        address, external = maker.image(pack([*listed, Wait()]))
        latency = (0, 12, 40)[number]
        model.reset()
        model.behave(latency=latency)
        model.write(0, external)
        run = model.run(listed, address=address)
        entries, cycles = predicted(listed, model.config, latency)
        assert abs(cycles - run.cycles) <= 0.005 * run.cycles
        for ours, theirs in zip(entries, told(run), strict=True):
            assert ours[:2] == theirs[:2] and ours[5] == theirs[5]
            assert abs(ours[3] - theirs[3]) <= 16 and abs(ours[2] - theirs[2]) <= 0.005 * run.cycles
            exact += ours[3] == theirs[3]
            records += 1
        executions += sum(isinstance(record, Exec) for record in listed)
    assert exact >= 0.9 * records and executions > 10


def test_a_list_without_a_profile_and_with_a_wait(model):
    copies = [Load(address=0x4000, units=64, give_b=1), Store(address=0x8000, units=64, take_a=1)]
    model.reset()
    model.behave(latency=3)
    model.write_register("profile", 0)
    assert model.run(copies).cycles == list_cycles(copies, model.config, bus=BusTiming(3)).cycles
    twice = [*copies, Wait(), *copies]
    run, quick = model.run(twice), list_cycles(twice, model.config, bus=BusTiming(3))
    waits = run.cycles - quick.cycles
    assert 0 < waits < 100
    slow = list_cycles(twice, model.config, bus=BusTiming(3), waits=waits)
    assert slow.cycles == run.cycles and slow.records[2].begun == quick.records[2].begun + waits


def test_a_record_by_itself_takes_what_the_list_says():
    config = flexible_machine("parallel")
    record = Exec(mode=Mode().word(), out_rows=3, out_columns=40, in_row_step=40, in_column_step=1, out_row_step=40)
    (times,) = list_cycles([record], config).records
    assert times.cycles == exec_cycles(record, config) - 1 and times.end == times.begun + times.cycles


def test_what_cannot_be_is_refused():
    config = flexible_machine("parallel")
    with pytest.raises(ValueError, match="record 1 takes tokens, allowed are those that records before it give"):
        list_cycles([Load(units=1), Store(units=1, take_a=1)], config)
    with pytest.raises(ValueError, match="latency is -1, allowed are 0 and more"):
        BusTiming(-1)


def executes(golden, record):
    """Whether golden's machine executes a record; it does so here."""
    try:
        golden.execute(record)
    except MachineError:
        return False
    return True


@pytest.mark.parametrize("fill", [0, 1])
@pytest.mark.parametrize("seed, latency", [(0, 0), (7, 5), (10, 30)])
def test_a_long_load_beside_short_executions_is_predicted_exactly(model, fill, seed, latency):
    """EXEC writes first, also where it begins while LOAD's data come: all of the feature memory, in one run."""
    config = model.config
    maker = Maker(config, np.random.default_rng([SEED, seed]))
    maker.fill()
    prepared = len(maker.schedule.records)
    for _ in range(60):
        maker.execute()
    first, others = maker.schedule.records[:prepared], maker.schedule.records[prepared:]
    alone = dict.fromkeys(("take_a", "take_b", "give_a", "give_b"), 0)
    short = [replace(each, **alone) for each in others if isinstance(each, Exec) and exec_cycles(each, config) < 600]
    address, external = maker.image(pack((*first, End())))
    golden = Interpreter(config, external.copy())
    assert all(executes(golden, record) for record in first)
    listed = [Load(memory=Memory.FEATURE, units=config.feature_atoms, fill=fill), *short]
    listed = [record for record in listed if executes(golden, record)]  # not those that need what is not here
    model.reset()
    model.behave(latency=latency)
    model.write(0, external)
    model.run_at(address, len(first) + 1)
    run = model.run(listed, address=1 << 17)
    assert (told(run), run.cycles) == predicted(listed, config, latency)
    load = told(run)[0]
    begun = [each[2] for each in told(run)[1:] if load[2] < each[2] < load[2] + load[3]]
    assert len(begun) >= 5 and load[3] > config.feature_atoms + 20
