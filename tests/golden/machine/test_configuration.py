"""Sizes of a machine and places of values, as golden states them, are those of the hardware's configuration."""

import numpy as np
import pytest

from lowtide.golden.machine import Machine
from lowtide.golden.machine.configuration import (
    atom_bytes,
    check_machine,
    element_sizes,
    has_codebooks,
    payload_bits,
    plane_bits,
    weight_word_bytes,
)
from lowtide.golden.mode import Array
from lowtide.golden.pe import KINDS
from lowtide.hw.config.machines import MACHINES, flexible_machine
from lowtide.hw.memory.atoms import element_sizes as hardware_sizes
from lowtide.hw.pe import KINDS as HARDWARE
from lowtide.hw.post.elements import planes as hardware_planes

from random_choices import random_configuration


@pytest.mark.parametrize("kind", HARDWARE)
def test_places_of_values_are_the_hardwares(kind):
    rng = np.random.default_rng(0)
    for number in range(12):
        config = random_configuration(rng, kind) if number else flexible_machine(kind).array
        for side in "xw":
            if not (config.exponent_bits and HARDWARE[kind].block_floating):
                assert payload_bits(config, side) == config.payload_bits(side)
            assert KINDS[kind].stream_bits(config, side) == config.pe.stream_bits(config, side)
        for mode in config.modes():
            pairs = KINDS[kind].plane_pairs(mode, config)
            for side in "xw":
                assert KINDS[kind].element_bits(mode, config, side) == config.element_bits(side, mode)
            if pairs is not None:
                assert pairs == list(config.pe.passes(config, mode))
            assert KINDS[kind].passes(mode, config) == len(config.pe.passes(config, mode))
        sizes = {config.element_bits("x", mode) for mode in config.modes()}
        assert sizes == set(KINDS[kind].data_sizes(config))


@pytest.mark.parametrize("config", [*MACHINES.values(), *map(flexible_machine, HARDWARE)], ids=lambda c: c.name)
def test_sizes_of_memories_are_the_hardwares(config):
    check_machine(config)
    assert atom_bytes(config) == config.atom_bytes and weight_word_bytes(config) == config.weight_word_bytes
    assert element_sizes(config) == hardware_sizes(config) and plane_bits(config) == hardware_planes(config)
    assert has_codebooks(config) == any("codebook" in name for name in config.array.w_formats)


def test_sizes_of_elements():
    fused = Machine(array=Array(kind="fused", rows=4, cols=4, x_width=16, w_width=16))
    assert element_sizes(fused) == (2, 4, 8, 16) and plane_bits(fused) == 0
    planes = Machine(array=Array(kind="bit_plane", rows=4, cols=4, lanes=8, x_width=6))
    assert element_sizes(planes) == (8,) and plane_bits(planes) == 6
    narrow = Machine(array=Array(kind="parallel", rows=4, cols=4, lanes=4, x_width=6))
    assert element_sizes(narrow) == (6, 8, 16) and atom_bytes(narrow) == 4


def test_what_is_no_machine_is_refused():
    array = Array(kind="parallel", rows=4, cols=4, lanes=4, exponent_bits=4)
    with pytest.raises(ValueError, match="array.exponent_bits is 4, allowed in a machine with kind parallel is 0"):
        check_machine(Machine(array=array))
    array = Array(kind="parallel", rows=4, cols=4, lanes=4)
    for name in ("feature_bytes", "weight_bytes"):
        with pytest.raises(ValueError, match=f"{name} is 3, allowed are multiples of"):
            check_machine(Machine(array=array, **{name: 3}))
