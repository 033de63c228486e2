"""Tiles whose PEs share multipliers: exact in every mode, and refused where the products do not fit."""

import random

import pytest

from lowtide.formal.engine_checks import difference, engine_checks
from lowtide.hw import CONFIGURATIONS, ArrayConfig
from lowtide.hw.config.fields import BY_NAME, TYPES
from lowtide.hw.logic.packing import BLOCKS
from lowtide.sim.engine.player import Player

DRAWN = 4  #: configurations
TILES = ((1, 2), (2, 1), (2, 2), (1, 4), (4, 1))


def some(chance, names):
    """One or more of them."""
    return tuple(chance.sample(names, chance.randint(1, len(names))))


def drawn(number, **fields):
    """A configuration whose tiles share multipliers, every field of which that matters to them is drawn."""
    chance = random.Random(f"shared multipliers {number}")
    while True:
        tile_rows, tile_cols = chance.choice(TILES)
        blocks = {"exponent_bits": 2, "guard_bits": 3} if chance.random() < 0.3 else {}
        chosen = {
            "rows": tile_rows * chance.randint(1, 2),
            "cols": tile_cols * chance.randint(1, 2),
            "tile_rows": tile_rows,
            "tile_cols": tile_cols,
            "lanes": chance.choice((1, 2, 3, 8, chance.randint(1, 8))),
            "x_width": chance.randint(2, 9),
            "w_width": chance.randint(2, 9),
            "x_types": some(chance, TYPES),
            "w_types": some(chance, TYPES),
            "multiplier": chance.choice(BLOCKS).name,
            "sums": chance.choice(("tree", "chain")),
            "pipeline": chance.randint(0, 2),
            "result_buffer": chance.random() < 0.7,
        }
        try:
            return ArrayConfig(name=f"test_shared_{number}", kind="parallel", **chosen | blocks | fields)
        except ValueError as error:
            assert str(error).startswith(f"multiplier is {chosen['multiplier']}, allowed are inferred, booth")


@pytest.mark.parametrize("number", range(DRAWN))
def test_an_engine_passes_the_checks(number):
    """Values, cycles, refusals, stalls and resets, in all modes, of random widths, types, tiles, lanes and stages."""
    config = drawn(number)
    player = Player(config, quick=True)
    for check in engine_checks(config, thorough=False):
        player.start()
        assert difference(player, check) == "", config.header()


def test_they_are_drawn_with_and_without_residues():
    packings = [config.pe.tile_addends(config).packing for config in map(drawn, range(DRAWN))]
    assert {bool(packing.residue) for packing in packings} == {True, False}
    assert {packing.block for packing in packings} == set(BLOCKS)


def test_the_named_ones_hold_two_and_four_products_in_a_multiplier():
    found = {}
    for config in CONFIGURATIONS.values():
        if unit := config.pe.tile_addends(config):
            packing = unit.packing
            assert packing.lanes == config.lanes == 8
            found[packing.block.name, config.x_width, config.w_width] = packing.fields
    assert found == {("packed_25x18", 8, 8): 2, ("packed_25x18", 4, 4): 4, ("packed_18x18", 8, 4): 2}


@pytest.mark.parametrize(
    "fields, message",
    [
        (
            {"tile_cols": 2, "multiplier": "packed_18x18"},
            "multiplier is packed_18x18, allowed are inferred, booth, packed_25x18: 1 x 2 products of 9 x 8 signed "
            "bits, summed over 1, do not fit words of 18 x 18 bits",
        ),
        (
            {"tile_cols": 4, "lanes": 8, "multiplier": "packed_25x18"},
            "multiplier is packed_25x18, allowed are inferred, booth: 1 x 4 products of 9 x 8 signed bits, "
            "summed over 8, do not fit words of 25 x 18 bits",
        ),
        (
            {"multiplier": "packed_25x18", "sums": "chains"},
            "sums is chains, allowed with multiplier packed_25x18 are tree, chain",
        ),
        (
            {"kind": "term", "multiplier": "packed_25x18"},
            "multiplier is 'packed_25x18', kind term has none: leave it out",
        ),
    ],
)
def test_what_does_not_fit_is_refused_in_a_line(fields, message):
    with pytest.raises(ValueError) as error:
        ArrayConfig(**fields)
    assert str(error.value) == message


def test_a_tile_of_one_pe_has_one_product_in_a_multiplier():
    for multiplier in BY_NAME["multiplier"].allowed:
        config = ArrayConfig(multiplier=multiplier)
        assert config.pe.tile_addends(config) is None
