"""Tiles: PEs that share operands compute what PEs with operands of their own do, in as many cycles."""

import random
import re

import pytest

from lowtide import golden
from lowtide.formal.engine_checks import difference, engine_checks
from lowtide.hw import ArrayConfig, Engine, verilog
from lowtide.hw.pe import KINDS
from lowtide.sim.cocotb.run import run_bench
from lowtide.sim.engine.player import Player

from long_cases import long
from named_arrays import small

SIZES = (1, 2, 2, 4)  #: rows and columns of tiles, as they are drawn


def drawn(kind):
    """A tiled array of a kind, every field of which that matters to tiles is drawn."""
    chance = random.Random(f"tiles {kind}")
    tile_rows, tile_cols = chance.choice(SIZES), chance.choice(SIZES)
    if tile_rows * tile_cols == 1:
        tile_rows, tile_cols = chance.choice(((2, 1), (1, 2)))
    down, across = (chance.randint(1, 3 if tile < 4 else 1) for tile in (tile_rows, tile_cols))
    fields = {"pipeline": chance.randint(0, 2)} if "pipeline" in KINDS[kind].fields else {}
    if KINDS[kind].exponent_sides and chance.random() < 0.5:
        fields |= {"exponent_bits": 2} | ({"guard_bits": 3} if KINDS[kind].block_floating else {})
    if kind == "term_pair" and chance.random() < 0.5:
        fields |= {"accumulation": "coefficients"}
    return small(
        kind,
        down * tile_rows,
        across * tile_cols,
        name=f"test_tiles_{kind}",
        tile_rows=tile_rows,
        tile_cols=tile_cols,
        result_buffer=chance.random() < 0.6,
        **fields,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_engine_of_random_tiles_passes_the_checks(kind):
    """Values, cycles, refusals, stalls, resets, codebooks and lost terms, in all modes, diagonal ones too."""
    config = drawn(kind)
    player = Player(config, quick=True)
    for check in engine_checks(config, thorough=False):
        player.start()
        assert difference(player, check) == "", config.header()


@pytest.mark.parametrize("result_buffer, pipeline", [long(True, 0), long(True, 2), long(False, 0), (False, 2)])
def test_streams_of_a_tiled_engine(result_buffer, pipeline):
    """Under cocotb, with stalls on every stream: the order of columns, `last` and the latency."""
    config = small(
        "parallel",
        4,
        6,
        name=f"test_tiled_streams_{pipeline}{'' if result_buffer else '_unbuffered'}",
        tile_rows=2,
        tile_cols=2,
        result_buffer=result_buffer,
        pipeline=pipeline,
    )
    run_bench(Engine(config), "bench_engine", config=config.parameters(), seed=26, jobs=12, most_chunks=9)


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"rows": 6, "tile_rows": 4}, "tile_rows is 4, allowed with 6 rows are 1, 2"),
        ({"cols": 5, "tile_cols": 2}, "tile_cols is 2, allowed with 5 cols is 1"),
        ({"tile_rows": 3}, "tile_rows is 3, allowed are 1, 2, 4, 8, 16"),
        ({"tile_cols": 0}, "tile_cols is 0, allowed are 1, 2, 4, 8, 16"),
        ({"tile_cols": 32, "cols": 64}, "tile_cols is 32, allowed are 1, 2, 4, 8, 16"),
        ({"tile_rows": "2x2"}, "tile_rows is '2x2', allowed are 1, 2, 4, 8, 16"),
    ],
)
def test_a_tile_that_does_not_fit_is_refused_in_a_line(fields, message):
    with pytest.raises(ValueError) as error:
        ArrayConfig(**fields)
    assert str(error.value) == message


def test_golden_refuses_the_tiles_that_the_hardware_refuses():
    with pytest.raises(ValueError, match="array.tile_cols is 4, allowed are divisors of array.cols, 6"):
        golden.check(golden.Mode(), golden.Array(kind="parallel", rows=4, cols=6, tile_cols=4))


@pytest.mark.parametrize("seed", range(20))
def test_hardware_and_golden_state_the_same_pause(seed):
    chance = random.Random(seed)
    tiles = {f"tile_{lines}": chance.choice((1, 2, 4)) for lines in ("rows", "cols")}
    lines = {name: tiles[f"tile_{name}"] * chance.randint(1, 4) for name in ("rows", "cols")}
    config = ArrayConfig(**tiles, **lines, result_buffer=chance.random() < 0.2)
    long = 100  # longer than the columns of a job
    assert golden.sequence_cycles([long, long], config) == 2 * long + config.pause


def test_a_tile_is_one_stop():
    """One set of registers for the operands of a tile, and skews of as many stops as there are tiles."""
    text = verilog(small("parallel", 4, 8, name="tiled", tile_rows=2, tile_cols=2))
    modules = dict(re.findall(r"^module (\w+)\((.*?)^endmodule", text, flags=re.M | re.S))
    assert len(re.findall(r"^  tiled_pe pe_\d_\d \(", modules["tiled_tile"], flags=re.M)) == 4
    assert len(re.findall(r"^  tiled_tile tile_\d \(", modules["tiled_row"], flags=re.M)) == 4
    assert len(re.findall(r"^  tiled_row row_\d \(", modules["tiled_array"], flags=re.M)) == 2
    for where, stops in (("west", 2), ("north", 4), ("readout", 2)):
        assert len(re.findall(r"reg .* from_lane_\d;", modules[f"tiled_{where}_skew"])) == stops - 1
    assert not re.search(r"reg .*(west|north)", modules["tiled_pe"])


def test_tiles_of_one_pe_are_the_array_without_tiles():
    plain, stated = (small("term", 2, 3, name="same", **fields) for fields in ({}, {"tile_rows": 1, "tile_cols": 1}))
    assert verilog(plain) == verilog(stated) and "same_tile" not in verilog(plain)
