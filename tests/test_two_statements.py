"""Golden model and hardware state the same of every kind and mode: values, time, legality, largest K."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.golden.storage_formats import find
from lowtide.hw import CONFIGURATIONS, Mode
from lowtide.hw.mode.formats import decoded_range, stored_range
from lowtide.hw.mode.word import DATA_FORMATS, FIELDS, WEIGHT_FORMATS
from lowtide.hw.pe import KINDS


def test_both_sides_know_the_same_kinds():
    assert list(KINDS) == list(golden.pe.KINDS)


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_values_cycles_and_largest_k(config):
    kind = golden.pe.KINDS[config.kind]
    for mode in config.modes():
        assert config.values_per_beat(mode) == kind.values_per_beat(mode, config), mode.label()
        assert config.cycles_per_beat(mode) == kind.cycles_per_beat(mode, config), mode.label()
        assert (
            config.pe.slots(config, mode),
            config.pe.slots_per_cycle(config),
            config.pe.rounds(config, mode),
            len(config.pe.passes(config, mode)),
        ) == (
            kind.slots(mode, config),
            kind.slots_per_cycle(config),
            kind.rounds(mode, config),
            kind.passes(mode, config),
        )
        assert config.pe.bound_on_k(config, mode) == kind.bound_on_k(mode, config), mode.label()
        assert config.largest_k_of_accumulator(mode) == golden.largest_k(mode, config), mode.label()


@pytest.mark.parametrize("config", CONFIGURATIONS.values(), ids=lambda config: config.name)
def test_what_the_hardware_accepts_is_legal_in_golden(config):
    """A thousand modes, each a change of a few fields of a good one; the hardware may have less, never more."""
    rng, accepted = np.random.default_rng(11), 0
    for _ in range(1000):
        mode = config.modes()[rng.integers(len(config.modes()))]
        for field in rng.choice(FIELDS, 2):
            number = int(rng.integers(field.least, field.most + 1))
            mode = mode.change(**{field.name: field.value(number)})
        try:
            config.check_mode(mode)
        except ValueError:
            continue
        golden.check(mode, config)
        accepted += 1
    assert accepted


def test_both_sides_know_the_same_formats():
    assert (golden.DATA_FORMATS, golden.WEIGHT_FORMATS) == (DATA_FORMATS, WEIGHT_FORMATS)
    for name in WEIGHT_FORMATS[1:]:
        mode = Mode(w_format=name, w_bits=16)
        assert stored_range(mode, "w") == (0, (1 << find(name).stored_bits(16)) - 1)
        assert decoded_range(mode, "w") == find(name).decoded_range(16, True)


def test_the_modes_of_both_sides_have_the_same_fields_and_defaults():
    hardware, stated = Mode(), golden.Mode()
    assert {name: getattr(hardware, name) for name in hardware.__dataclass_fields__} == {
        name: getattr(stated, name) for name in stated.__dataclass_fields__
    }
