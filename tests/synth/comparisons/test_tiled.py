"""What tiles save on FPGAs: LUTs, and blocks where they share multipliers."""

from lowtide.hw import ArrayConfig
from lowtide.synth.comparisons.tiled import tile_prices
from lowtide.synth.designs.design import pe_design, tile_design
from lowtide.synth.prices.collect import collect
from lowtide.synth.targets import target


def test_two_pes_share_a_block():
    config = ArrayConfig(name="pair", rows=1, cols=2, tile_cols=2, lanes=2, multiplier="packed_25x18", sums="chain")
    prices = collect([pe_design(config), tile_design(config)], [target("xc7_dsp")], processes=1)
    (found,) = tile_prices([config], prices, [])
    assert found.extra["dsp48"] == 2 and found.extra_shared["dsp48"] == 1
    assert found.extra["ff"] > found.extra_shared["ff"] > config.acc_width
