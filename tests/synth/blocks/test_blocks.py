"""Tiles that share multiplier blocks: as many blocks as lanes, and the page says what is saved."""

from dataclasses import replace

import pytest

from lowtide.hw.config.named import find
from lowtide.synth.blocks.compared import INFERRED, TileInBlocks, block_tiles, price_tiles
from lowtide.synth.blocks.report import markdown
from lowtide.synth.flow.pricing import Price, RecipePrice
from lowtide.synth.targets import TARGETS, target

TWO_LANES = replace(find("parallel_8x8_l8_8x4bit_t1x2_packed"), lanes=2, name="two_lanes")


def test_every_named_tile_has_one_target():
    packs = [each.packs for each in TARGETS.values() if each.packs is not None]
    assert block_tiles() and len(packs) == len(set(packs))
    assert {config.multiplier for config in block_tiles()} <= set(packs)
    assert all((each.block in each.extra) == (each.packs is not None) for each in TARGETS.values())


def test_a_tile_takes_a_block_a_lane_and_a_block_a_product_without():
    packed, inferred = price_tiles([TWO_LANES], [target("ecp5_dsp"), target("xc7_dsp")], processes=1)
    assert {each.target.name for each in (packed, inferred)} == {"ecp5_dsp"}
    assert [each.multiplier for each in (packed, inferred)] == ["packed_18x18", INFERRED]
    assert [each.products for each in (packed, inferred)] == [4, 4]
    assert [each.blocks for each in (packed, inferred)] == [2, 4]
    assert all((each.of("area") or 0) > 0 and (each.of("ff") or 0) > 0 for each in (packed, inferred))


def _tile(multiplier: str, luts: float, blocks: float, failed: str | None = None) -> TileInBlocks:
    dsp = target("ecp5_dsp")
    found = RecipePrice({} if failed else {"area": luts, "mult18": blocks, "ff": 9, "carry": 1}, failed)
    price = Price(dsp, {"plain": found}, None if failed else "plain", None, 0.0, 0)
    return TileInBlocks(
        config=TWO_LANES, multiplier=multiplier, target=dsp, sums=None if failed else "tree", price=price
    )


def test_the_page_says_what_a_block_costs():
    text = markdown([_tile("packed_18x18", 100, 2), _tile(INFERRED, 70, 4)], "lowtide price-blocks two_lanes")
    assert "Written by `lowtide price-blocks two_lanes`" in text
    assert "- `two_lanes`: 2 of 4 blocks are saved, each for 15.0 LUTs." in text
    assert text.count("| `two_lanes` | 1x2 | 8, 4 | ecp5_dsp |") == 2


@pytest.mark.parametrize("failing", [0, 1])
def test_a_tile_that_failed_is_on_the_page_with_the_line(failing):
    tiles = [_tile("packed_18x18", 100, 2), _tile(INFERRED, 70, 4)]
    tiles[failing] = _tile(tiles[failing].multiplier, 0, 0, failed="ERROR: no such cell")
    text = markdown(tiles, "lowtide price-blocks")
    assert "failed: ERROR: no such cell" in text and "are saved" not in text
