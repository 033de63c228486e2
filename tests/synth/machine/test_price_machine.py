"""Prices of whole machines: every module is in one room, memories are counted, and the page adds up."""

from dataclasses import replace

import pytest

from lowtide.hw.config.machines import find_machine
from lowtide.hw.machine.machine import Machine
from lowtide.synth.machine import priced as priced_module
from lowtide.synth.machine import report
from lowtide.synth.machine.behind import BUILT, ROWS, WIDTHS, Behind
from lowtide.synth.machine.memories import FAMILIES, Memory, blocks_of, memories_of
from lowtide.synth.machine.modules import modules
from lowtide.synth.machine.priced import Priced
from lowtide.synth.machine.report import page
from lowtide.synth.machine.rooms import ROOMS, engine_area, rooms_of
from lowtide.synth.prices.collect import ModulePrice
from lowtide.synth.targets import target


@pytest.fixture(scope="module")
def found():
    return modules(Machine(find_machine("tiny")))


@pytest.fixture(scope="module")
def areas(found):
    """A made-up area for each module, all different."""
    counts = found.hierarchy.instances()
    return {name: ModulePrice(counts[name], 3.0 + number**2) for number, name in enumerate(found.priced)}


def test_rooms_add_up_to_all_modules(found, areas):
    rooms = rooms_of(found, areas)
    assert list(rooms) == list(ROOMS) and all(rooms.values())
    assert sum(rooms.values()) == pytest.approx(sum(each.total for each in areas.values()))


def test_a_module_counts_where_it_stands(found, areas):
    before = rooms_of(found, areas)
    name = "tiny_machine_carry_rotator"  # of the feeders, of what reads a second tensor, and of the writer
    dearer = areas | {name: ModulePrice(areas[name].instances, areas[name].area + 100)}
    grown = {room.name: area - before[room] for room, area in rooms_of(found, dearer).items() if area != before[room]}
    assert grown == {
        "feeders: addresses and buffers of operands": 100.0,
        "post-processing: operands, packing and writing": 200.0,
    }


def test_the_engine_is_what_there_is_without_a_machine(found, areas):
    config, counts = find_machine("tiny"), found.hierarchy.instances(find_machine("tiny").array.name)
    inside = sum(number * areas[name].area for name, number in counts.items())
    assert engine_area(rooms_of(found, areas)) == pytest.approx(inside)
    assert counts[f"{config.array.name}_pe"] == config.array.rows * config.array.cols


def test_a_machine_is_priced_on_every_target(found, areas, monkeypatch):
    twice = {name: replace(each, area=2 * each.area) for name, each in areas.items()}
    monkeypatch.setattr(priced_module, "modules", lambda unit: found)
    monkeypatch.setattr(priced_module, "prices_of", lambda of, on, **options: twice if on.name == "xc7" else areas)
    ge, xc7 = target("ge"), target("xc7")
    all_of_it = sum(each.total for each in areas.values())
    machine = priced_module.priced(find_machine("tiny"), [ge, xc7])
    assert machine.target == ge and machine.modules == areas and machine.memories == memories_of(found)
    for each, factor in ((ge, 1), (xc7, 2)):
        assert machine.whole(each) == pytest.approx(factor * all_of_it)
        assert machine.engine(each) == pytest.approx(factor * engine_area(rooms_of(found, areas)))
        assert machine.rest(each) == pytest.approx(machine.whole(each) - machine.engine(each))


def test_memories_hold_what_the_configuration_says(found):
    config = find_machine("tiny")
    every = {memory.name: memory for memory in memories_of(found)}
    feature = next(iter(every.values()))
    assert (feature.instances, feature.bits) == (config.rows, 8 * config.feature_bytes)
    assert 8 * config.weight_bytes in {memory.bits for memory in every.values()}
    assert all(memory.name not in found.priced for memory in every.values())


@pytest.mark.parametrize("width, depth, blocks", [(32, 4096, (4, 8)), (64, 1024, (2, 4)), (8, 16, (0, 0))])
def test_blocks_of_a_memory(width, depth, blocks):
    one, three = (Memory(f"bank_{depth}x{width}", instances, width, depth) for instances in (1, 3))
    assert tuple(blocks_of(one, family) for family in FAMILIES) == blocks
    assert tuple(blocks_of(three, family) for family in FAMILIES) == tuple(3 * each for each in blocks)


def test_the_page_says_whether_the_aim_is_met(found, areas, monkeypatch):
    monkeypatch.setattr(report, "blocks_of", lambda memory, family: 0.5 * memory.instances)
    ge, small = target("ge"), find_machine("small")
    variants = [Behind(built, width, rows, 1000.0 * rows) for built in BUILT for width in WIDTHS for rows in ROWS]
    for rest, verdict in ((0.02, "met"), (0.05, "missed")):
        rooms = {room: 1000.0 if room.engine else rest * 2000 for room in ROOMS}
        priced = Priced(small, {ge: rooms}, areas, memories_of(found))
        text = page([priced], variants, priced, [], "lowtide price-machine small")
        assert f"of an engine of this shape: {verdict}; {10 * rest:.0%} in GE of ge." in text
        assert f"| **everything else** | {10 * rest * 2000:,.0f} | {10 * rest:.1%} |" in text
    assert "| everything | 8 bits | 1.0 (50%) | 2.0 (100%) | 4.0 (200%) |" in text
    tiny = Priced(find_machine("tiny"), {ge: rooms}, areas, memories_of(found))
    assert "of an engine of this shape" not in page([tiny], variants, priced, [], "lowtide price-machine tiny")
