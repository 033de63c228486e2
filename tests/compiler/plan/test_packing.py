"""Places of things that live for some time: none overlap, and the bound holds; the solver is never worse."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.command_line import run
from lowtide.compiler.compile_command import compile_model
from lowtide.compiler.plan.packing.packing import Life, Packed, Packer, first_fit, lower_bound
from lowtide.compiler.plan.packing.solved import low_places, solved
from lowtide.compiler.plan.placement import addresses
from lowtide.compiler.programs.compiled import compile_network
from lowtide.golden.network import Plan, quantise_graph
from lowtide.hw.config.machines import find_machine, flexible_machine

from compiled_networks import check_compiled, random_network


def lives(rng, count, *, size=30, times=20, longest=6):
    begins = rng.integers(0, times, count)
    return [Life(int(rng.integers(1, size)), int(first), int(first + rng.integers(0, longest))) for first in begins]


def overlap(a, first_a, b, first_b):
    return a.meets(b) and first_a < first_b + b.size and first_b < first_a + a.size


def check_legal(found, places, size):
    for number, one in enumerate(found):
        assert 0 <= places[number] <= size - one.size
        assert not any(overlap(one, places[number], found[other], places[other]) for other in range(number))


def height(found, places):
    return max(place + life.size for place, life in zip(places, found, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_no_two_lives_share_a_place(seed):
    rng = np.random.default_rng(seed)
    found = lives(rng, 25)
    bound = lower_bound(found)
    assert bound == max(sum(each.size for each in found if each.first <= time <= each.last) for time in range(30))
    places = first_fit(found, 4 * bound)
    assert places is not None
    check_legal(found, places, 4 * bound)
    assert first_fit(found, bound - 1) is None


def test_the_solver_is_legal_and_never_worse_than_first_fit():
    """Random lives: often at the bound where first fit is not, and nothing is below it."""
    rng, better, at_bound, tried = np.random.default_rng(11), 0, 0, 12
    for _ in range(tried):
        found = lives(rng, int(rng.integers(5, 60)), size=int(rng.integers(2, 200)), longest=int(rng.integers(1, 12)))
        bound = lower_bound(found)
        heights = {}
        for packer in Packer:
            places = low_places(found, packer)
            heights[packer] = height(found, places)
            check_legal(found, places, heights[packer])
        assert bound <= heights[Packer.SOLVER] <= heights[Packer.FIRST_FIT] <= 2 * bound
        assert low_places(found, Packer.SOLVER) == places  # the same each time
        better += heights[Packer.SOLVER] < heights[Packer.FIRST_FIT]
        at_bound += heights[Packer.SOLVER] == bound
    assert better >= tried // 3 and at_bound >= tried - 2


def test_the_solver_fills_a_memory_or_says_that_it_cannot():
    rng, filled = np.random.default_rng(12), 0
    for _ in range(10):
        found = lives(rng, 30, longest=8)
        bound = lower_bound(found)
        assert solved(found, bound - 1) is None
        places = solved(found, bound)
        if places is not None:
            check_legal(found, places, bound)
        filled += places is not None and first_fit(found, bound) is None
    assert filled


def test_how_well_lives_are_packed():
    rng = np.random.default_rng(13)
    for _ in range(20):
        found = lives(rng, 20)
        packed = Packed(20 * 30, [])
        for life in found:
            packed.place(life, from_top=bool(rng.integers(2)))
        unit = int(rng.integers(1, 65))
        told = packed.packing("memory", unit)
        taken = {each for place, life in packed.lives for each in range(place, place + life.size)}
        assert (told.used, told.bound) == (unit * len(taken), unit * lower_bound(found)) and told.ratio >= 1
        assert told.text == f"memory {told.used:,} bytes, {told.used / told.bound:.3f} times the lower bound"


def test_places_from_both_ends():
    packed = Packed(10, [])
    assert [packed.place(Life(3, 0, 1)), packed.place(Life(3, 1, 2), from_top=True)] == [0, 7]
    assert packed.place(Life(4, 1, 1)) == 3 and packed.place(Life(1, 1, 1)) is None
    assert packed.place(Life(7, 2, 2)) == 0 and packed.place(Life(7, 0, 0), from_top=True) == 3


def test_networks_that_the_solver_has_packed_are_right(monkeypatch):
    """First fit of the feature memory finds no place: the solver's are right on golden's machine."""
    rng, used = np.random.default_rng(14), []
    monkeypatch.setattr(addresses, "_first_fit", lambda problem, ways, lives, outside, cascades: cascades[0])
    monkeypatch.setattr(addresses, "solved", lambda lives, size: used.append(len(lives)) or solved(lives, size))
    for _ in range(3):
        graph, shape = random_network(rng, layers=5)
        x = rng.normal(size=(1, *shape))
        network = quantise_graph(graph, x, Plan(output="quantised"))
        config = replace(flexible_machine("parallel"), weight_bytes=1 << 16, taps=256)
        check_compiled(network, compile_network(network, config, packer=Packer.SOLVER), x)
    assert used


def test_the_solver_changes_nothing_where_first_fit_is_at_the_bound():
    rng = np.random.default_rng(15)
    graph, shape = random_network(rng, layers=6)
    network = quantise_graph(graph, rng.normal(size=(1, *shape)), Plan(output="quantised"))
    config = find_machine("parallel_flex")
    first, other = (compile_network(network, config, packer=packer) for packer in Packer)
    assert first.packings[1].ratio == 1 and first.image == other.image and first.packings == other.packings


def test_a_packer_that_there_is_not_is_one_line(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    rng = np.random.default_rng(1)
    graph, shape = random_network(rng, layers=2)
    network = quantise_graph(graph, rng.normal(size=(1, *shape)), Plan(output="quantised"))
    with pytest.raises(ValueError, match="^packing is solver and ortools is not installed, allowed is first-fit, or: "):
        compile_network(network, find_machine("parallel_flex"), packer=Packer.SOLVER)
    assert run(compile_model, ["none.onnx", "--packing", "best", "-o", str(tmp_path / "p")]) == 2
    assert capsys.readouterr().err.endswith("error: packing is 'best', allowed are first-fit, solver\n")
    assert run(compile_model, ["none.onnx", "--packing", "solver", "-o", str(tmp_path / "p")]) == 2
    allowed = "allowed is first-fit, or: pip install 'lowtide[packing]'"
    assert capsys.readouterr().err == f"error: packing is solver and ortools is not installed, {allowed}\n"
