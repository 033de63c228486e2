"""Prices: the smaller recipe counts, failures stay, PEs for one mode alone, parts of a PE, engines as sums."""

from dataclasses import replace

import pytest

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import CONFIGURATIONS, find
from lowtide.hw.pe import KINDS
from lowtide.synth.comparisons.breakdown import PARTS, breakdown, parted
from lowtide.synth.comparisons.tiled import tile_prices
from lowtide.synth.designs.design import engine_design, pe_design, pe_designs, tied_design, tile_design
from lowtide.synth.designs.modes import alone, quantisations
from lowtide.synth.designs.structures import structures
from lowtide.synth.flow.pricing import RecipePrice, smallest
from lowtide.synth.prices.collect import collect
from lowtide.synth.prices.selection import flexible, others, scaled, tiled, untiled, wide
from lowtide.synth.targets import RECIPES, GateLibrary

from priced_modes import by_name

SMALL = ArrayConfig(name="little", kind="term", rows=2, cols=2, lanes=2, group=2, x_width=4, w_width=4, acc_width=12)
TIMES = ArrayConfig(name="times", kind="parallel", rows=2, cols=2, x_width=4, w_width=4, acc_width=12)


class Broken(GateLibrary):
    """Fails in some recipes."""

    def __init__(self, recipes):
        super().__init__()
        self.broken = recipes

    def commands(self, top, recipe):
        return super().commands(top, recipe) + (["no_such_command"] if recipe in self.broken else [])


@pytest.fixture(scope="module")
def target():
    return GateLibrary()


@pytest.fixture(scope="module")
def prices(target):
    designs = [make(config) for config in (SMALL, TIMES) for make in (pe_design, engine_design)]
    return collect(designs, [target], jobs=[(lambda: parted(SMALL), bool), (lambda: parted(TIMES), bool)])


def test_the_smaller_recipe_counts():
    two, three, failed = RecipePrice({"area": 2}), RecipePrice({"area": 3}), RecipePrice({}, "ERROR")
    assert smallest({"plain": three, "booth": two}) == "booth"
    assert smallest({"plain": two, "booth": two}) == "plain"
    assert smallest({"plain": two, "booth": failed}) == "plain"
    assert smallest({"plain": failed, "booth": failed}) is None


def test_every_price_is_the_smaller_of_its_recipes(prices, target):
    times, small = prices.pe(TIMES, target), prices.pe(SMALL, target)
    assert tuple(times.recipes) == RECIPES and tuple(small.recipes) == RECIPES[:1]  # nothing is multiplied there
    for price in (times, small):
        assert price.area == min(found.area for found in price.recipes.values())
        assert price.area == pytest.approx(sum(price.resources[part] for part in target.parts), abs=0.01)


def test_an_engine_is_its_pes_and_its_edges(prices, target):
    for config in (SMALL, TIMES):
        engine = prices.engine(config, target)
        assert engine.pe == prices.pe(config, target).area and engine.pes == 4 * engine.pe
        assert engine.area == pytest.approx(sum(each.total for each in engine.modules.values()), abs=0.01)
        assert engine.modules["priced_pe"].instances == 4 and 0 < engine.edges < 1
        assert engine.area == pytest.approx(engine.pes / (1 - engine.edges), abs=0.01)


def test_a_tile_is_priced_whole_and_shared_by_its_pes(target):
    four = replace(SMALL, name="tiled", rows=4, cols=2, tile_rows=2, tile_cols=2)
    prices = collect([pe_design(four), tile_design(four), engine_design(four)], [target])
    alone, tile, engine = prices.pe(four, target), prices.tile(four, target), prices.engine(four, target)
    assert pe_design(four) == pe_design(replace(SMALL, name="tiled")) and tile_design(SMALL) == pe_design(SMALL)
    assert engine.pe == tile.area / 4 < alone.area and engine.pes == 2 * tile.area
    assert engine.modules["priced_tile"].instances == 2 and "priced_pe" not in engine.modules
    assert engine.area == pytest.approx(sum(each.total for each in engine.modules.values()), abs=0.01)
    (found,) = tile_prices([four], prices, [])
    assert (found.pe, found.share, found.engine) == (alone.area, round(tile.area / 4, 3), None)
    assert found.saved == pytest.approx(1 - engine.pe / alone.area, abs=1e-5) and found.engine_saved is None


def test_named_tiles_stand_beside_the_same_array_without():
    assert {config.kind for config in tiled()} >= {"parallel", "term", "bit_serial", "digit"}
    for config in tiled():
        plain = untiled(config)
        assert CONFIGURATIONS[plain.name] is plain and not plain.tiled and plain.name != config.name
        assert pe_design(plain).jobs() == pe_design(config).jobs()
    unnamed = replace(SMALL, tile_rows=2)
    assert untiled(SMALL) is SMALL and untiled(unnamed) == replace(SMALL, name="little_without_tiles")


def test_an_engine_priced_in_parts_has_every_instance(prices):
    for config in (SMALL, TIMES):
        design = engine_design(config)
        counts = design.hierarchy().instances()
        found = prices.engine(config, prices.targets[0]).modules
        assert {name: module.instances for name, module in found.items()} == dict(counts)


def test_parts_of_a_pe_add_up_to_about_its_area(prices, target):
    for config in (SMALL, TIMES):
        parts = breakdown(config, prices, target)
        assert tuple(parts) == PARTS
        assert {part for part in PARTS if not parts[part]} == ({"reduction"} if config is TIMES else set())  # one lane
        assert sum(parts.values()) == pytest.approx(prices.pe(config, target).area, rel=0.12)


def test_a_failed_recipe_is_reported_with_the_line_of_the_tool():
    half, none = Broken(("booth",)), Broken(RECIPES)
    prices = collect([pe_design(TIMES), engine_design(TIMES)], [half, none])
    line = "ERROR: No such command: no_such_command (type 'help' for a command overview)"
    assert prices.pe(TIMES, half).area is not None and prices.pe(TIMES, half).failures == {"booth": line}
    assert prices.pe(TIMES, none).area is None and prices.pe(TIMES, none).failed == line
    assert prices.engine(TIMES, none).area is None and prices.engine(TIMES, none).failed == line
    failed = {(each.module, each.recipe) for each in prices.failures()}
    assert failed >= {("priced_pe", "booth"), ("priced_pe", "plain")}


#: With two lanes where there are eight multipliers: mapping those takes longest of all.
FEW_LANES = [replace(config, lanes=2) if config.kind == "parallel" else config for config in flexible()]


@pytest.mark.parametrize("config", FEW_LANES, ids=lambda config: config.kind)
def test_a_pe_for_one_mode_alone_is_not_larger(config, target):
    """Of each kind: the mode of full width; everything that only the other modes need is gone."""
    name, mode = next(iter(by_name(config).items()))
    designs = [tied_design(each, mode) for each in structures(config).values()]
    prices = collect([*pe_designs(config), *designs], [target])
    assert (mode.x_bits, mode.w_bits) == (config.x_width, config.w_width), name
    alone, flexible = prices.alone(config, mode, target).area, prices.pe(config, target).area
    assert alone < flexible or sum(not each.diagonal for each in config.modes()) == 1


def test_modes_alone_are_the_narrowest_that_have_them():
    config = find("parallel_8x8_flex")
    for name, (x_bits, w_bits) in {
        "int8": (8, 8),
        "int8x6": (8, 6),
        "int8x5": (8, 5),
        "int8x4": (8, 4),
        "int4": (4, 4),
        "int2": (2, 2),
    }.items():
        narrow = alone(config, by_name(config)[name])
        assert (narrow.x_width, narrow.w_width, narrow.x_types, narrow.w_types, narrow.exponent_bits) == (
            x_bits,
            w_bits,
            ("unsigned",),
            ("signed",),
            0,
        )
        assert (narrow.lanes, narrow.acc_width) == (config.lanes, config.acc_width)
    assert alone(config, by_name(config)["block floating b=8 e=3"]).exponent_bits == config.exponent_bits
    fused = find("fused_8x8_flex")
    assert alone(fused, by_name(fused)["int2"]).x_width == 8  # the kind has no narrower bricks


def test_quantisations_are_modes_that_the_configuration_takes():
    for config in CONFIGURATIONS.values():
        found = quantisations(config)
        assert found and len(set(found.values())) == len(found)
        for mode in found.values():
            config.check_mode(mode)
            alone(config, mode).check_mode(mode)
    named = {config.kind: set(by_name(config)) for config in flexible()}
    assert {
        "int8",
        "int8x6",
        "int8x5",
        "int8x4",
        "int8x2",
        "int4",
        "int2",
        "log4",
        "ternary",
        "binary",
        "codebook16",
        "TR g=8 k=24",
        "TR g=8 k=16",
        "TR g=8 k=12",
        "TR g=8 k=8",
        "TR g=8 k=4",
    } == named["term"]
    assert "binary x binary" in named["bit_plane"] and "TR g=8 k=12 s=3" in named["term_pair"]


def test_the_selection_has_every_kind_and_every_pe_once():
    assert [config.kind for config in flexible()] == list(KINDS)
    assert set(KINDS) <= {sizes[0].kind for sizes in scaled().values()}
    texts = [pe_design(config).jobs()["priced_pe"].verilog for config in flexible() + others() + wide()]
    by_themselves = [config for config in CONFIGURATIONS.values() if not config.pe.tile_addends(config)]
    listed = {pe_design(config).jobs()["priced_pe"].verilog for config in by_themselves}
    assert set(texts) == listed
    buffered = replace(SMALL, name="unbuffered", result_buffer=False)
    assert pe_design(buffered).jobs() == pe_design(SMALL).jobs()
