"""Shared requantisers: the table has the areas that were priced and the cycles that are predicted, and what is said of
them follows from them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lowtide.compiler.cycles import list_cycles
from lowtide.compiler.programs.compiled import compile_network
from lowtide.hw.config.accelerator_config import POST
from lowtide.synth.machine.behind import ROWS
from lowtide.synth.machine.priced import Priced
from lowtide.synth.machine.rooms import ROOMS
from lowtide.synth.machine.sharing import NETWORKS, Shared, in_integers, sharing
from lowtide.synth.machine.sharing_picture import picture, save
from lowtide.synth.machine.sharing_section import conclusions, section
from lowtide.synth.targets import target
from lowtide.workloads.networks.shaped.layers import Layers

from post_records import machine

GE, XC7 = target("ge"), target("xc7")


@pytest.fixture
def rng():
    return np.random.default_rng(1311)


def made_up(config, *, seed=7):
    """In place of syntheses, which take minutes: areas at random, others of each variant."""
    rng = np.random.default_rng([seed, config.rows_per_requantiser])
    rooms = {each: {room: float(rng.integers(1000, 90000)) for room in ROOMS} for each in (GE, XC7)}
    return Priced(config, rooms, {}, [])


def a_network(rng):
    """Layers whose jobs are short, an addition, and the mean of a picture before a classifier."""
    layers, channels = Layers((8, 8, int(rng.integers(4, 20))), seed=int(rng.integers(100))), int(rng.integers(8, 40))
    start = layers.convolution("expand", channels, 1)
    end = layers.convolution("same", channels, 1, activation=None)
    layers.add("add", end, start)
    return layers.classifier(10)


def too_wide():
    """A classifier of more values than the machine has words of weights for."""
    return Layers((1, 1, 1 << 14), seed=1).classifier(10)


def numbers(cell):
    return [float(each.replace(",", "")) for each in re.findall(r"[+-]?[\d,]+\.?\d*", cell)]


def test_the_table_has_what_was_priced_and_predicted(rng):
    config = machine(
        "shared",
        dict(rows=4, cols=int(rng.integers(2, 5)), lanes=4),
        post=POST,
        parameters=64,
        taps=64,
        feature_bytes=1 << 14,
        weight_bytes=1 << 13,
    )
    networks = {"one": in_integers(lambda: a_network(rng)), "too wide": in_integers(too_wide)}
    said = []
    found = sharing(made_up(config), networks, made_up, lambda done, total: said.append((done, total)))
    assert [each.rows for each in found] == list(ROWS) and said == [(0, 2), (1, 2), (2, 2)]
    table = [
        line.strip("| ").split(" | ") for line in section([found]) for line in line.split("\n") if "`shared` | " in line
    ]
    first = None
    for rows, cells in zip(ROWS, table, strict=True):
        variant = replace(config, rows_per_requantiser=rows)
        areas = made_up(variant).rooms
        assert cells[:2] == ["`shared`", str(rows)] and len(cells) == 5
        for each, cell in zip(areas, cells[2:4], strict=True):
            engine, rest = (
                sum(area for room, area in areas[each].items() if room.engine == of_engine)
                for of_engine in (True, False)
            )
            assert numbers(cell) == [rest, pytest.approx(100 * rest / engine, abs=0.06)]
        image = compile_network(networks["one"], variant).image
        cycles = list_cycles(image.records(image.execution), variant, profiled=True).cycles
        first = first or cycles
        more = [pytest.approx(100 * (cycles / first - 1), abs=0.06)] if rows > 1 else []
        assert numbers(cells[4]) == [cycles, *more]
    assert found[2].cycles["one"] > found[0].cycles["one"]  # else the test shows little


def test_a_machine_that_runs_no_network_has_no_part(rng):
    config = machine("shared", dict(rows=4, cols=2), post=())
    networks = {"one": in_integers(lambda: a_network(rng))}
    assert sharing(Priced(config, {}, {}, []), networks, lambda variant: pytest.fail("priced")) == []
    assert section([]) == []


def variants(rests, cycles, *, engine=1000.0):
    """A machine whose everything else takes these areas, and networks on it these cycles."""
    config = machine("made", dict(rows=4, cols=1), post=())
    plain = next(room for room in ROOMS if not room.engine)
    engine_room = next(room for room in ROOMS if room.engine)
    return [
        Shared(
            Priced(replace(config, rows_per_requantiser=rows), {GE: {engine_room: engine, plain: rest}}, {}, []),
            {name: each[place] for name, each in cycles.items()},
        )
        for place, (rows, rest) in enumerate(zip(ROWS, rests, strict=True))
    ]


def test_what_follows_is_said_of_these_numbers():
    found = variants([1000.0, 800.0, 700.0], {"a": [100, 100, 125], "b": [1000, 1200, 1300], "c": [10, 10, 11]})
    assert conclusions([found]) == [
        "`made`, a requantiser for 2 rows: 200 GE less, 10.0% of engine and everything else; "
        "cycles +0.0% (a) to +20.0% (b).",
        "`made`, a requantiser for 4 rows: 300 GE less, 15.0% of engine and everything else; "
        "cycles +10.0% (c) to +30.0% (b).",
        "`made`: area of engine and everything else, times cycles, over that with a requantiser for each row, is least "
        "with one for 1 row in b (1.00); for 2 rows in a (0.90), c (0.90).",
    ]
    dearer = conclusions([variants([1000.0, 1120.0, 1200.0], {"a": [100, 90, 100]})])
    assert dearer[0].endswith("120 GE more, 6.0% of engine and everything else; cycles -10.0% (a).")
    assert dearer[2].endswith("is least with one for 2 rows in a (0.95).")  # 2120 / 2000 * 0.9 = 0.954


def test_a_network_that_a_machine_does_not_run_has_an_empty_cell():
    both = [variants([3.0, 2.0, 1.0], {name: [5, 6, 7] for name in names}) for names in ("ab", "b")]
    lines = [line for lines in section(both) for line in lines.split("\n") if line.startswith("| `made` ")]
    assert [line.count(" - |") for line in lines] == [0, 0, 0, 1, 1, 1]
    assert lines[4] == "| `made` | 2 | 2 (0.2%) | - | 6 (+20.0%) |"


def test_the_picture_is_the_same_bytes_twice(tmp_path):
    found = [variants([1000.0, 800.0, 700.0], {"a": [100, 100, 125], "b": [10, 12, 13]})] * 2
    for name in ("first.svg", "second.svg"):
        save(picture(found), tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()
    axes = picture(found).axes
    assert len(axes) == 2
    _, a, b = (line.get_xydata().tolist() for line in axes[1].lines)
    assert a == [[2.0, 100], [1.8, 100], [1.7, 125]] and b == [[2.0, 100], [1.8, 120], [1.7, 130]]


def test_the_networks_have_published_shapes():
    assert list(NETWORKS) == ["MobileNetV1", "MobileNetV2", "ResNet-50"]
    assert all(make().shape == (224, 224, 3) for make in NETWORKS.values())
