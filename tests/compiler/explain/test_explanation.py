"""Explanations: layers share out the list's cycles, bounds are what bounds, the page holds all that it shows."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
import vl_convert

from lowtide import Mode
from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import Load, Memory, Store
from lowtide.common.records.profile import RecordTimes
from lowtide.common.records.record import Kind
from lowtide.compiler.cycles import BusTiming, ListTimes, list_cycles
from lowtide.compiler.explain import explain
from lowtide.compiler.explain.busy import Busy, least_cycles
from lowtide.compiler.explain.held import held
from lowtide.compiler.explain.layer_times import Bound
from lowtide.compiler.lists.layer_records import Layer
from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network import Plan, quantise_graph
from lowtide.hw.config.machines import find_machine

from compiled_networks import random_network

SMALL = find_machine("small")
MODE = Mode()


def layer_record(**fields):
    """A 1x1 convolution of 16 x 16 pixels on the machine `small`."""
    made = dict(
        mode=MODE.word(), out_rows=16, out_columns=16, in_row_step=16, in_column_step=1, out_row_step=16, tail=3
    )
    made |= dict(out_values=4, out_bits=8, tile_columns=4, out_block_step=256, block_step=256)
    return Exec(**(made | fields))


def test_a_network_is_explained(tmp_path):
    rng = np.random.default_rng(3)
    graph, shape = random_network(rng, layers=6)
    x = rng.normal(size=(2, *shape))
    config = find_machine("parallel_flex")
    compiled = compile_network(quantise_graph(graph, x, Plan(output="quantised")), config)
    records = compiled.image.records(compiled.image.execution)
    told = dict(name="a <network>", bus=BusTiming(20), packings=compiled.packings)
    found = explain(records, config, compiled.layers, **told)
    assert found.times == list_cycles(records, config, bus=BusTiming(20))
    assert sum(each.cycles for each in found.layers) == found.times.cycles
    for each in found.layers:
        assert 0 <= each.executes <= each.cycles and 0 <= each.share_of_peak <= 1
        parts = each.executes + max(each.loads, each.stores) + each.nothing
        assert parts <= each.cycles <= parts + min(each.loads, each.stores)
    moved = sum(each.read_bytes + each.written_bytes for each in found.layers)
    assert moved == config.bus_bytes * sum(each.beats for each in found.times.records)
    page, text = (tmp_path / name for name in ("explain.html", "explain.md"))
    assert set(found.write(tmp_path)) == {page, text}
    assert text.read_text().count("\n| ") == len(found.layers) + 2
    shown = page.read_text()
    packed = f"Packed: {compiled.packings[0].text}; {compiled.packings[1].text}."
    assert packed in shown and packed in text.read_text()
    assert "<h1>a &lt;network&gt;</h1>" in shown and shown.partition("<script")[0].count("<tr") == len(found.layers) + 2
    assert not re.findall(r"<(?:script|link)[^>]*(?:src|href)=", shown)
    (stated,) = re.findall(r'<script type="application/json" id="spec">(.*?)</script>', shown, flags=re.S)
    (zoom,) = json.loads(stated)["params"]  # one for all panels: of several, one alone would move the shared axis
    assert zoom["views"] == [panel["name"] for panel in json.loads(stated)["vconcat"]]
    drawn = vl_convert.vegalite_to_svg(stated)
    marks = sum(len(panel["data"]["values"]) for panel in json.loads(stated)["vconcat"])
    assert marks == len(found.times.records) + len(found.held)
    assert drawn.count('aria-roledescription="bar"') + drawn.count('aria-roledescription="rect mark"') >= marks


@pytest.mark.parametrize(
    "records, bound",
    [
        ([layer_record(tiles=2, out_channels=8, blocks=64, chunks=64)], Bound.ARRAY),
        ([layer_record(tiles=16, out_channels=64)], Bound.RESULTS),
        ([layer_record(out_channels=4)], Bound.PIXELS),
        ([layer_record(source=Source.VECTOR_SUM, in_bits=8, out_channels=64)], Bound.RESULTS),
        ([Load(units=2000, give_a=1), layer_record(out_channels=4, take_b=1)], Bound.LOAD),
        ([layer_record(out_channels=4, give_a=1), Store(units=2000, take_b=1)], Bound.STORE),
        ([Load(units=1, give_a=1), layer_record(out_rows=1, out_columns=1, take_b=1)], Bound.TOKENS),
    ],
)
def test_bounds(records, bound):
    (layer,) = explain(records, SMALL, [Layer("layer", 0, len(records), 10)], bus=BusTiming(90)).layers
    assert layer.bound == bound


def test_share_of_peak_is_that_of_all_multipliers():
    """A long job keeps nearly all of them busy; a diagonal one at most one of each PE."""
    record = layer_record(tiles=2, out_channels=8, blocks=64, chunks=64)
    layer = Layer("layer", 0, 1, 16 * 16 * 256 * 8)
    (dense,) = explain([record], SMALL, [layer]).layers
    assert 0.85 < dense.share_of_peak < 1
    assert dense.ideal == layer.multiplications / (32 * 4 * 4)
    diagonal = replace(record, mode=MODE.change(diagonal=True).word())
    (sparse,) = explain([diagonal], SMALL, [replace(layer, multiplications=layer.multiplications // 4)]).layers
    assert sparse.cycles == dense.cycles and sparse.share_of_peak == dense.share_of_peak / 4


def test_busy_cycles():
    """Against counting them one by one."""
    rng, kinds = np.random.default_rng(1), (Kind.LOAD, Kind.EXEC, Kind.STORE)
    records = [
        RecordTimes(number, kinds[rng.integers(3)], int(rng.integers(80)), int(rng.integers(1, 12)), 0, 0)
        for number in range(12)
    ]
    for some in ((Kind.LOAD,), (Kind.EXEC, Kind.STORE), kinds):
        cycles = {c for each in records if each.kind in some for c in range(each.begun, each.end)}
        busy = Busy(records, *some)
        for first, end in np.sort(rng.integers(0, 100, (30, 2)), axis=1).tolist():
            assert busy.between(first, end) == sum(first <= cycle < end for cycle in cycles)


def test_no_record_takes_less_than_it_must():
    for fields in (dict(tiles=9, blocks=3, chunks=3, out_channels=33), dict(tiles=20, out_channels=80), dict()):
        record = layer_record(**fields)
        (times,) = list_cycles([record], SMALL).records
        assert max(least_cycles(record, SMALL)) <= times.cycles < 1.5 * max(least_cycles(record, SMALL))


def test_what_memories_hold():
    """A tensor is held until its last reader ends; a copy over a part of it ends it."""
    records = [
        Load(units=256),
        Load(memory=Memory.WEIGHT, units=8),
        layer_record(tiles=2, out_channels=8, out_base=1024),
        Store(units=512, local=1024),
        Load(units=4, local=1100),
        Load(memory=Memory.TAP, units=1),
    ]
    begins = (0, 20, 40, 70, 95, 99)
    times = [RecordTimes(number, each.kind, begins[number], 10, 0, 0) for number, each in enumerate(records)]
    found = held(records, SMALL, ListTimes(120, tuple(times), 16))
    assert [(each.memory, each.low, each.high, each.begun, each.end, each.writer) for each in found] == [
        (Memory.FEATURE, 0, 255, 0, 50, 0),
        (Memory.WEIGHT, 0, 7, 20, 50, 1),
        (Memory.FEATURE, 1024, 1535, 40, 80, 2),
        (Memory.FEATURE, 1100, 1103, 95, 105, 4),
    ]
