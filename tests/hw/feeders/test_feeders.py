"""The feeders with their memories: operands and jobs are what the record says, a beat a cycle where nothing stalls."""

import random
from dataclasses import replace

import pytest

from lowtide.common.records.entries import Tap
from lowtide.common.records.execute import Exec
from lowtide.hw.memory.atoms import element_sizes

from fed_records import LATENCY, check_record, model_of, random_nest
from random_exec import groups_of


@pytest.mark.parametrize("name", ["plain", "bit_plane", "fused"])
def test_operands_are_what_the_record_says(name):
    model, rng = model_of(name), random.Random(3)
    config, beats = model.config, 0
    modes = config.array.modes()
    for number in range(24):
        mode = rng.choice(modes)
        fields = {}
        if number % 4 == 3 and "vector" in config.post:
            fields = dict(
                source=rng.choice((1, 2)), blocks=1, out_channels=rng.randint(1, 9), padding=rng.getrandbits(16)
            )
            fields["in_bits"] = rng.choice(element_sizes(config))
        record, entries = random_nest(rng, model, mode, **fields)
        if fields:
            record = replace(record, chunks=record.taps)
        ready, others = rng.choice(((1.0, 0.0), (0.5, 0.3), (0.9, 0.0), (1.0, 0.5)))
        beats += check_record(model, record, entries, mode, rng, ready=ready, others=others)[2]
    assert beats > 1000


def dense(model, mode, **fields):
    """A record whose rows of pixels have pitches that keep all banks busy, and its taps."""
    rows, taps, blocks = model.config.rows, 3, 2
    columns = rows + rows // 2
    record = Exec(
        mode=mode.word(),
        chunks=taps * blocks,
        taps=taps,
        blocks=blocks,
        tiles=2,
        out_rows=4,
        out_columns=columns,
        in_rows=4,
        in_columns=columns,
        in_row_step=columns + rows,
        in_column_step=1,
        out_row_step=columns,
        block_step=5,
        tile_step=1,
    )
    return replace(record, **fields), [Tap(offset=3 * k + 40, dy=0, dx=k) for k in range(taps)]


def test_a_beat_leaves_in_every_cycle():
    model, rng = model_of("plain"), random.Random(5)
    mode, rows = model.config.array.modes()[0], model.config.rows
    record, entries = dense(model, mode)
    assert [len(group) for group in groups_of(record, rows)] == [rows] * 6
    before, cycles, beats = check_record(model, record, entries, mode, rng)
    assert (cycles, beats) == (6 * 12, 6 * 12)
    assert before == rows + LATENCY
    # one column of three beats for each group: a group takes a cycle for each of its pixels, and one more
    record, entries = dense(model, mode, tiles=1, blocks=1, chunks=3)
    _, cycles, beats = check_record(model, record, entries, mode, rng)
    assert (cycles, beats) == (5 * (rows + 1) + 3, 6 * 3)


def test_columns_stored_apart_keep_all_rows_busy():
    model, rng = model_of("plain"), random.Random(6)
    mode, rows = model.config.array.modes()[0], model.config.rows
    record, entries = dense(
        model, mode, out_apart=2, out_columns=2 * rows, in_row_step=2 * rows, out_column_phase=5 * rows + rows // 2,
        out_row_step=rows, out_row_phase=11 * rows,
    )  # fmt: skip
    assert [len(group) for group in groups_of(record, rows)] == [rows] * 8
    _, cycles, beats = check_record(model, record, entries, mode, rng)
    assert cycles == beats
