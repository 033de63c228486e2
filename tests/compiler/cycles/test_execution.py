"""Predicted cycles of EXEC records are those of the hardware, every one."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.kinds import Transfer
from lowtide.compiler.cycles import exec_cycles, group_sizes, post_latency
from lowtide.compiler.cycles.execution.blocked import Blocked, Stretch
from lowtide.compiler.cycles.execution.execution import Execution
from lowtide.compiler.cycles.execution.latency import hindered_cycles, phase_cycles
from lowtide.formal.fuzz.records.lists import random_list
from lowtide.golden.machine import Interpreter
from lowtide.hw.config.accelerator_config import POST
from lowtide.hw.config.machines import MACHINES, flexible_machine
from lowtide.hw.post.values.lanes import turns_of
from lowtide.hw.post.values.values import values_latency

from exec_model import ExecModel
from long_cases import long

SEED = 5


def small(kind, shared=1, digits=None):
    """The machine of a kind with two columns and little memory, one with everything behind the array; so many rows
    share a requantiser, which adds so many digits of its multiplier in a cycle."""
    config = flexible_machine(kind)
    array, post = replace(config.array, cols=2), config.post if kind == "parallel" else ()
    held = dict(feature_bytes=1 << 12, weight_bytes=1 << 13, digits_per_cycle=digits)
    return replace(config, array=array, post=post, rows_per_requantiser=shared, **held)


@pytest.mark.parametrize(
    "kind, shared, digits, lists",
    [
        ("parallel", 1, 9, 4),
        ("parallel", 4, 9, 4),
        long("parallel", 2, 4, 3),
        ("bit_plane", 2, 5, 3),
        long("bit_plane", 1, 5, 3),
        ("term", 1, 9, 2),
        ("digit", 1, 9, 2),
    ],
)
def test_random_records_take_the_cycles_that_are_predicted(kind, shared, digits, lists):
    """Records of the array and of the vector source, short groups, second tensors, all modes, outputs in bit planes."""
    compare(small(kind, shared, digits), lists)


@pytest.mark.parametrize("kind, result_buffer", [("parallel", True), long("parallel", False), ("term", False)])
def test_records_on_tiles_take_the_cycles_that_are_predicted(kind, result_buffer):
    config = small(kind)
    tiles = {"tile_rows": 2, "tile_cols": 2, "result_buffer": result_buffer}
    compare(replace(config, array=replace(config.array, name=f"{kind}_tiled", **tiles)), 2)


def compare(config, lists):
    """Cycles of random records on the hardware, with those predicted."""
    print(f"seed {SEED}")
    model, seen = ExecModel(config), []
    for number in range(lists):
        found = random_list(config, SEED, number)
        machine = Interpreter(config, found.external.copy())
        for record in found.records:
            if isinstance(record, Exec):
                model.load(machine)
                cycles, error = model.execute(record)
                assert error == 0 and cycles == exec_cycles(record, config), record
                seen.append(cycles)
            if isinstance(record, (Exec, Transfer)):  # sums of records behind it depend on what it writes
                machine.execute(record)
    assert len(seen) >= 2 * lists and len(set(seen)) > lists


def test_groups_are_as_long_as_banks_allow():
    """Rows that are equal to the columns modulo R fill all groups; apart by 2 the output is shuffled."""
    whole = Exec(out_rows=3, out_columns=6, in_row_step=6, in_column_step=1, out_row_step=6)
    assert group_sizes(whole, 4) == [4, 4, 4, 4, 2]
    assert group_sizes(replace(whole, in_row_step=7), 4) == [4, 2] * 3
    assert group_sizes(replace(whole, in_column_step=2), 4) == [1] * 18
    assert group_sizes(replace(whole, operand=Operand.ADD, operand_row_step=7), 4) == [4, 2] * 3
    apart = replace(whole, out_rows=1, out_columns=8, out_apart=2, out_column_phase=6, in_row_step=8)
    assert group_sizes(apart, 4) == [4, 4] and group_sizes(replace(apart, out_column_phase=8), 4) == [1] * 8


def test_post_processing_is_as_deep_as_the_hardwares():
    configs = [
        *MACHINES.values(),
        *(replace(MACHINES["parallel_flex"], post=post) for post in ((), POST[:1], POST[1:])),
    ]
    for config in configs:
        for bits in (2, 8, 17, 24):
            for digits in (2, 3, 5, 8, 9, 13):
                made = replace(config, multiplier_bits=bits, digits_per_cycle=digits)
                for operand in (False, True):
                    assert post_latency(made, operand=operand) == values_latency(made, operand=operand)
                assert phase_cycles(made, operand=True) == turns_of(made).interval
                assert hindered_cycles(made) == turns_of(made).hindered


def test_what_repeats_is_jumped_over_exactly():
    """Larger records of the same kind take as many cycles, and write in the same ones, where all their beats are gone
    through one by one."""
    print(f"seed {SEED}")
    rng, names = np.random.default_rng(SEED), ("out_rows", "out_columns", "tiles", "chunks", "out_channels", "taps")
    blocked = Blocked([Stretch(90, 5, 30), Stretch(300, 1, 20), Stretch(400, 3, 1000)])
    seen = set()
    for kind, shared in (("parallel", 1), ("parallel", 4), ("bit_plane", 1), ("digit", 1)):
        config = small(kind, shared)
        for number in range(5 if kind == "parallel" else 1):
            for record in random_list(config, SEED, number).records:
                if isinstance(record, Exec) and rng.random() < 0.6:
                    larger = {name: getattr(record, name) * int(rng.integers(1, 5)) for name in names}
                    width = larger["out_columns"]
                    large = replace(record, **larger, out_row_step=width, in_row_step=width, top_k=0)
                    stores = blocked if rng.random() < 0.3 else None
                    fast, slow = (Execution(large, config, stores, jumps=jumps) for jumps in (True, False))
                    assert fast.run() == slow.run() and (fast.post.writes.array() == slow.post.writes.array()).all(), (
                        large
                    )
                    if fast.post.second:
                        found, gone = fast.post.second.all_reads.array(), slow.post.second.all_reads.array()
                        assert (found == gone).all(), large
                    seen.add(
                        (kind, shared, large.source == Source.ENGINE, large.operand, large.measure, stores is None)
                    )
    assert len(seen) > 12
