"""Term engines under lane rules: whole jobs against the golden model, and what they refuse."""

import numpy as np
import pytest

from lowtide import golden
from lowtide.hw import ArrayConfig, Engine, find
from lowtide.sim import Model
from lowtide.sim.cocotb.run import run_bench

from golden_jobs import stored

RULED = [
    {"lanes": 6, "group": 4, "dedicated": True},
    {"lanes": 8, "group": 4, "dedicated": True, "window": 2},
    {"lanes": 3, "group": 6, "window": 2},
]
PAPER = ["term_8x8_g8_d8_s2", "term_8x8_g8_d8_w4"]


def small(**fields):
    name = "test_rule_" + "_".join(f"{key[0]}{int(value)}" for key, value in fields.items() if key != "w_types")
    common = {"name": name, "kind": "term", "rows": 2, "cols": 2, "w_types": ("signed", "unsigned")}
    return ArrayConfig(**common | fields)


@pytest.mark.parametrize("fields", RULED, ids=str)
def test_an_engine_under_rules(fields):
    array = small(**fields)
    run_bench(Engine(array), "bench_engine", seed=7, config=array.parameters(), jobs=12, most_chunks=9)


@pytest.mark.parametrize("fields", RULED, ids=str)
def test_an_engine_under_rules_refuses_what_it_would_lose(fields):
    array = small(**fields)
    run_bench(Engine(array), "bench_term_engine", seed=7, config=array.parameters())


@pytest.mark.parametrize("name", PAPER)
def test_groups_and_budgets_of_every_size(name):
    """Every budget and group of a ruled array of eight values, on random and on heavy weights."""
    named, rng = find(name), np.random.default_rng(4)
    config = small(
        lanes=named.lanes, group=named.group, dedicated=named.dedicated, window=named.window, w_types=("signed",)
    )
    compiled, plain = Model(config), next(mode for mode in config.modes() if mode.select)
    for budget in range(1, 3 * config.lanes + 2):
        for hese in (True, False):
            mode = plain.change(budget=budget, hese=hese, group=int(rng.integers(1, config.group + 1)))
            x, w = stored(rng, (4, 40), mode, "x"), stored(rng, (40, 4), mode, "w")
            w[:, 0] = rng.choice((85, -85, 127, -128), 40)
            found, stated = compiled.gemm(x, w, mode), golden.gemm(x, w, mode, config)
            assert np.array_equal(found.y, stated.y) and found.cycles == stated.cycles, mode.label()
