"""Structures of sums: every PE is priced with each that counts, and the smaller one is its price."""

from dataclasses import replace

import pytest

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import find
from lowtide.synth.designs.design import engine_design, pe_design, pe_designs, tied_design
from lowtide.synth.designs.modes import quantisations
from lowtide.synth.designs.structures import COUNTED, STRUCTURES, structures
from lowtide.synth.flow.pricing import Price, RecipePrice
from lowtide.synth.prices.collect import Prices
from lowtide.synth.targets import Xilinx7

BOOTH = ArrayConfig(
    name="digits", kind="parallel", rows=1, cols=1, lanes=2, multiplier="booth", x_width=4, w_width=4, acc_width=12
)
TARGET = Xilinx7()


@pytest.mark.parametrize(
    "name, counted, every",
    [
        ("parallel_8x8_l8", ["tree"], ["tree", "chain"]),
        ("parallel_8x8_l8_booth", ["tree", "chains"], ["tree", "chains", "chain"]),
        ("digit_8x8_l8", ["tree", "chains"], ["tree", "chains", "chain"]),
        ("bit_serial_8x8_l16", ["tree"], ["tree"]),
        ("bit_serial_8x8_l16_booth", ["tree"], ["tree", "chain"]),
        ("term_8x8_g8_l8", ["tree"], ["tree", "chain"]),
        ("fused_8x8", [None], [None]),
    ],
)
def test_structures_are_those_that_the_kind_can_build(name, counted, every):
    config = find(name)
    assert list(structures(config)) == counted and list(structures(config, STRUCTURES)) == every
    for sums, each in structures(config, STRUCTURES).items():
        assert each == (replace(config, sums=sums) if sums else config)


def test_a_configuration_with_a_structure_that_does_not_count_keeps_it():
    config = replace(BOOTH, sums="chain")
    assert "chain" not in COUNTED and structures(config) == {"chain": config}


def stated(areas):
    """Prices of the PE and of its only mode alone, of an area by structure, None where it failed."""
    (mode,) = (mode for quantisation, mode in quantisations(BOOTH).items() if quantisation.x_bits == 4)
    found = {}
    for sums, (area, alone) in areas.items():
        config = structures(BOOTH)[sums]
        for design, size in ((pe_design(config), area), (tied_design(config, mode), alone)):
            recipe = RecipePrice({} if size is None else {"area": size}, "ERROR: no" if size is None else None)
            (job,) = design.jobs().values()
            found[job, TARGET] = Price(TARGET, {"plain": recipe}, None if size is None else "plain", None, 0.0, 0)
    return Prices([TARGET], found), mode


@pytest.mark.parametrize(
    "areas, least, sums",
    [
        ({"tree": (30.0, 8.0), "chains": (20.0, 9.0)}, (20.0, 8.0), "chains"),
        ({"tree": (20.0, 9.0), "chains": (20.0, 8.0)}, (20.0, 8.0), "tree"),
        ({"tree": (None, 9.0), "chains": (20.0, None)}, (20.0, 9.0), "chains"),
        ({"tree": (None, None), "chains": (None, None)}, (None, None), "tree"),
    ],
)
def test_the_smaller_structure_is_the_price(areas, least, sums):
    prices, mode = stated(areas)
    assert (prices.pe(BOOTH, TARGET).area, prices.alone(BOOTH, mode, TARGET).area) == least
    assert prices.counted(BOOTH, TARGET) == structures(BOOTH)[sums]
    assert prices.pe_if_priced(BOOTH, TARGET) is prices.pe(BOOTH, TARGET)
    assert prices.pe_if_priced(replace(BOOTH, lanes=4), TARGET) is None
    for name, (area, _) in areas.items():
        assert prices.pe_as_it_is(structures(BOOTH)[name], TARGET).area == area


def test_a_pe_is_one_design_whatever_the_array_and_an_engine_has_it():
    designs = pe_designs(BOOTH)
    assert pe_designs(replace(BOOTH, rows=4, cols=2)) == designs and len(designs) == 2
    engine = engine_design(BOOTH)
    assert [engine.jobs()[engine.pe]] == list(designs[0].jobs().values())


def test_a_pe_without_mode_bits_is_the_same_built_for_its_mode_alone():
    narrow = replace(BOOTH, x_types=("unsigned",), w_types=("signed",))
    (mode,) = (mode for quantisation, mode in quantisations(narrow).items() if quantisation.x_bits == 4)
    assert tied_design(narrow, mode) == pe_design(narrow)
    fused = find("fused_8x8")
    assert all(tied_design(fused, mode).mode == mode for mode in quantisations(fused).values())
