"""The whole of post-processing against its definition: random records, with pauses on every stream and without."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.hw.config.accelerator_config import POST
from lowtide.hw.post.fields import fields_layout
from lowtide.hw.post.post import Post

from post_bench import Bench, bits, check, packed
from post_definition import extremes_of, written
from post_records import machine, random_case
from unit_model import UnitModel

MACHINES = [
    machine("bytes", dict(kind="parallel", rows=2, cols=2, lanes=4), post=POST, top_k=4),
    machine(
        "halves",
        dict(kind="parallel", rows=4, cols=3, lanes=2, x_width=16, w_width=16, acc_width=48),
        post=("operand", "top_terms"),
        top_k=3,
        rows_per_requantiser=2,
        multiplier_bits=8,
        digits_per_cycle=2,
    ),
    machine(
        "one_lane",
        dict(kind="parallel", rows=4, cols=4),
        post=("product", "vector", "measure"),
        rows_per_requantiser=4,
        multiplier_bits=24,
        digits_per_cycle=5,
    ),
    machine("fives", dict(kind="parallel", rows=2, cols=1, lanes=4, x_width=5, acc_width=20), post=()),
    machine(
        "limbs",
        dict(kind="fused", rows=4, cols=2),
        post=("operand", "table"),
        rows_per_requantiser=2,
        multiplier_bits=3,
    ),
    machine("bit_planes", dict(kind="bit_plane", rows=2, cols=2, lanes=16), post=POST, multiplier_bits=12, top_k=1),
]


@cache
def model_of(number):
    return UnitModel(Post(MACHINES[number]))


@pytest.mark.parametrize("config", MACHINES, ids=lambda config: config.name)
def test_records_write_what_they_say(config):
    rng = np.random.default_rng(7)
    benches = [Bench(config, rng, stalls) for stalls in (0.0, 0.3)]
    seen = set()
    sources = [Source.ENGINE, *Source] if "vector" in config.post else [Source.ENGINE]
    for number in range(60):
        case = random_case(config, rng, source=sources[rng.integers(len(sources))])
        expected = written(config, case)
        bench = benches[number % 2]
        bench.load(case)
        if number % 5 == 4:
            bench.run(case, abandon=int(rng.integers(30)))
        writes, pulses, _ = bench.run(case)
        check(expected, writes, pulses)
        if "measure" in config.post and (extremes := extremes_of(config, case)):
            assert bench.extremes == extremes
            seen.add(bench.extremes)
    assert "measure" not in config.post or len(seen) > 10


def steady(config, rng, **fields):
    """A record of one group whose columns all count, without an error."""
    chosen = dict(
        tiles=6, tile_columns=config.cols, out_channels=6 * config.cols, out_bits=8, out_values=4, out_planes=0, top_k=0
    )
    case = random_case(config, rng, **chosen | fields)
    case.groups = case.groups[:1]
    return case


def gaps(cycles):
    return {later - cycle for cycle, later in zip(cycles, cycles[1:], strict=False)}


@pytest.mark.parametrize("operand", [Operand.NONE, Operand.ADD, Operand.PRODUCT])
def test_a_column_enters_in_every_cycle_or_with_a_second_tensor_in_every_third(operand):
    config, rng = MACHINES[0], np.random.default_rng(2)
    bench = Bench(config, rng, 0.0)
    case = steady(config, rng, operand=operand)
    bench.load(case)
    _, _, taken = bench.run(case)
    assert len(taken) == 12 and gaps(taken[3:]) == {3 if operand else 1}  # three wait in memory
    case = steady(config, rng, operand=operand, source=Source.VECTOR_SUM, taps=3)
    bench.load(case)
    _, _, taken = bench.run(case)
    assert len(taken) == 36 and gaps(taken) == {1}


def test_an_array_goes_on_while_a_column_takes_several_cycles():
    """The columns of a job are taken at once, where those before have been used up by then."""
    config, rng = MACHINES[2], np.random.default_rng(3)
    assert config.rows_per_requantiser == 4 and config.cols == 4
    bench = Bench(config, rng, 0.0)
    case = steady(config, rng, tiles=1, out_channels=4, out_bits=8, out_values=1)
    bench.load(case)
    _, _, taken = bench.run(case)
    assert gaps(taken) == {1}


@pytest.mark.parametrize("base, beyond", [(10, False), (11, True), (16, True), (1 << 15, True), ((1 << 16) - 1, True)])
def test_parameters_beyond_their_memory_are_told(base, beyond):
    config, rng = MACHINES[0], np.random.default_rng(5)
    bench = Bench(config, rng, 0.2)
    fields = dict(out_channels=6, parameter_base=base, parameter_step=1, operand=Operand.NONE, out_block_step=0)
    case = steady(config, rng, **fields)
    case.groups = [replace(case.groups[0], out=list(range(len(case.groups[0].out))))]
    bench.load(case)
    _, pulses, _ = bench.run(case)
    assert (pulses["beyond"] > 0) == beyond


@pytest.mark.parametrize(
    "number, fields",
    [
        (1, {"source": Source.VECTOR_SUM}),
        (1, {"operand": Operand.PRODUCT}),
        (2, {"operand": Operand.ADD}),
        (1, {"table": 1}),
        (2, {"top_terms": 1}),
        (1, {"measure": 1}),
        (0, {"top_k": 5}),
        (2, {"top_k": 1}),
        (5, {"top_k": 1, "out_planes": 1, "out_bits": 3}),
        (1, {"out_bits": 4}),
        (0, {"out_values": 5}),
        (0, {"out_bits": 16, "out_values": 3}),
        (0, {"out_planes": 1}),
        (5, {"out_planes": 1, "out_bits": 9}),
        (5, {"out_planes": 1, "out_bits": 3, "operand": Operand.ADD}),
        (0, {"tile_columns": 3}),
        (0, {"source": Source.VECTOR_MAX, "in_bits": 16, "tail": 2}),
        (0, {"operand": Operand.ADD, "own_multiplier": 1 << 16}),
    ],
)
def test_what_is_not_built_is_refused(number, fields):
    model, layout = model_of(number), fields_layout()
    for chosen, refused in ((fields, 1), ({}, 0)):
        record = Exec(**chosen)
        model.set("fields", packed(*((getattr(record, name), bits(layout, name)) for name in layout.members)))
        assert model.get("refused") == refused
