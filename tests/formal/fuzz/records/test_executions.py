"""Random records EXEC do little and much: every bit that a number can have in a machine is 1 in some of them."""

from dataclasses import asdict

import numpy as np
import pytest

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import Load, Memory
from lowtide.formal.fuzz.records.executions import BASES, STEPS, anywhere, random_exec, random_taps
from lowtide.formal.fuzz.records.maker import Maker
from lowtide.formal.fuzz.records.shapes import MOST_CHANNELS, power_or_most, random_shape
from lowtide.hw.config.machines import flexible_machine

SEED = 6
CONFIG = flexible_machine("parallel")


@pytest.mark.parametrize("vector", [False, True])
def test_each_number_is_large_now_and_then(vector):
    print(f"seed {SEED}")
    rng = np.random.default_rng([SEED, vector])
    beats = 4 * CONFIG.weight_words
    shapes = [random_shape(rng, CONFIG, vector=vector, beats=beats, passes=1) for _ in range(3000)]
    most = {name: max(asdict(shape)[name] for shape in shapes) for name in asdict(shapes[0])}
    assert most["rows"] >= CONFIG.feature_atoms // 8 and most["columns"] > CONFIG.feature_atoms // 2
    assert most["taps"] == CONFIG.taps and most["largest"]
    assert most["channels"] == MOST_CHANNELS if vector else most["channels"] > 2000
    assert vector or most["blocks"] == most["tiles"] == beats
    assert all(shape.rows * shape.columns <= CONFIG.feature_atoms * 5 // 8 for shape in shapes)
    assert sum(shape.rows * shape.columns * shape.blocks * shape.tiles < 200 for shape in shapes) > 1500


def test_a_number_is_the_most_now_and_then():
    rng = np.random.default_rng(SEED)
    found = [power_or_most(rng, 1000) for _ in range(2000)]
    assert min(found) == 1 and max(found) == 1000 and 20 < found.count(1000) < 200
    assert all(sum(each.bit_length() == bits for each in found) > 100 for bits in range(1, 11))


def test_what_a_machine_with_passes_cannot_do_is_not_drawn():
    rng = np.random.default_rng(SEED)
    shapes = [random_shape(rng, CONFIG, vector=False, beats=512, passes=64) for _ in range(500)]
    assert max(shape.tiles for shape in shapes) <= 8 and max(shape.taps for shape in shapes) <= 9


def test_bases_and_steps_are_the_same_modulo_twice_the_memory():
    rng = np.random.default_rng(SEED)
    turn, ones = 2 * CONFIG.feature_atoms, dict.fromkeys((*BASES, *STEPS), 0)
    for _ in range(200):
        fields = {name: int(rng.integers(0 if name in BASES else -1000, 1000)) for name in (*BASES, *STEPS)}
        moved = anywhere(rng, CONFIG, fields)
        assert all((moved[name] - fields[name]) % turn == 0 for name in fields)
        ones = {name: ones[name] | moved[name] & 0xFF_FFFF for name in ones}
        Exec(**moved)  # refuses what a field cannot hold
    assert all(found & ~(turn - 1) == 0xFF_FFFF & ~(turn - 1) for found in ones.values())


def test_edges_are_any_power_of_two_and_few_more():
    """Whatever bit of them is lost, another pixel is padding."""
    rng = np.random.default_rng(SEED)
    records = [random_exec(rng, CONFIG, CONFIG.array.modes()[0])[0] for _ in range(1500)]
    for bit in range(4, 14):
        found = [each for each in records if each.in_columns >> bit == 1]
        assert any(each.in_columns - (1 << bit) < each.out_columns for each in found), bit


def test_the_largest_of_many_channels_have_every_bit_of_a_number():
    rng = np.random.default_rng(SEED)
    records = [random_exec(rng, CONFIG, CONFIG.array.modes()[0])[0] for _ in range(3000)]
    assert any(each.top_k and each.out_channels > 1 << 13 and each.block_step for each in records)


def test_taps_are_near_or_anywhere():
    rng = np.random.default_rng(SEED)
    taps = [tap for _ in range(200) for tap in random_taps(rng, 5, 9)]
    assert sum(abs(tap.dy) < 4 and abs(tap.dx) < 4 for tap in taps) > 800
    for name in ("dy", "dx"):
        assert min(getattr(tap, name) for tap in taps) < -100 and max(getattr(tap, name) for tap in taps) > 100


def test_pictures_are_stored_in_either_direction():
    rng = np.random.default_rng(SEED)
    records = [random_exec(rng, CONFIG, CONFIG.array.modes()[0])[0] for _ in range(300)]
    for name in ("in_row_step", "out_row_step", "out_column_phase", "out_row_phase", "out_block_step"):
        assert {getattr(record, name) > 0 for record in records} == {False, True}, name


def test_weights_of_before_are_used_and_any_shift_is_drawn():
    """Some records take weights as they are, which copies have put there; parameters shift by anything."""
    maker = Maker(CONFIG, np.random.default_rng(SEED))
    maker.fill()
    for _ in range(150):
        maker.execute()
    records = maker.schedule.records
    executions = sum(isinstance(record, Exec) for record in records)
    loads = [record for record in records if isinstance(record, Load) and record.memory == Memory.WEIGHT]
    assert executions // 4 < len(loads) < executions
    shifts = {
        int(unit[7])  # the highest byte of an entry
        for record in records
        if isinstance(record, Load) and record.memory == Memory.PARAMETER and not record.fill
        for unit in maker.machine.memories.external[record.address :][: 8 * record.units].reshape(-1, 8)
    }
    assert {shift // 8 for shift in shifts} == set(range(8))
