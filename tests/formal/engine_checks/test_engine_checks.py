"""Every kind's engine passes the engine checks: values, cycles, refusals, stalls, reset, codebooks, lost terms."""

import re
from dataclasses import replace

import numpy as np
import pytest

from lowtide.formal.engine_checks import Step, difference, engine_checks
from lowtide.formal.engine_checks.modes import illegal_words, reason_of
from lowtide.formal.mutation.mutants import mutated_config
from lowtide.hw import Engine, verilog
from lowtide.hw.config.array_config import TAIL_BITS, ArrayConfig
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.mode.word import FIELDS
from lowtide.hw.pe import KINDS
from lowtide.sim.engine.player import Player

from named_arrays import small


def failures(config, checks):
    """What the checks that fail say."""
    player, found = Player(config, quick=True), []
    for check in checks:
        player.start()
        found.append(difference(player, check))
    return [line for line in found if line]


@pytest.mark.parametrize("kind", KINDS)
def test_a_flexible_engine_passes_every_check(kind):
    """The engine that `make mutate` puts its mutants into; tests_long has the thorough checks."""
    config = mutated_config(kind)
    assert failures(config, engine_checks(config, thorough=False)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_engine_without_result_buffer_and_with_stages_passes_the_checks(kind):
    stages = {"pipeline": 2} if "pipeline" in KINDS[kind].fields else {}
    config = small(kind, 3, 1, name=f"test_checks_{kind}", result_buffer=False, **stages)
    assert failures(config, engine_checks(config, thorough=False)) == []


@pytest.mark.parametrize("rule", [{"lanes": 10, "dedicated": True}, {"lanes": 12, "dedicated": True, "window": 2}])
def test_an_engine_whose_lanes_see_a_part_of_the_group_passes_the_checks(rule):
    """A weight beyond its width is lost where its terms find no lane, even if their number is within the budget."""
    config = ArrayConfig(name=f"test_lanes_{rule['lanes']}", kind="term", rows=1, cols=2, group=8, **rule)
    assert failures(config, engine_checks(config, thorough=False)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_reason_of_a_refusal_is_provoked(kind):
    """Every field of the mode word that has a value which is not built in, and every reason of whole jobs."""
    config = mutated_config(kind)
    found = {reason_of(config, *word) for word in illegal_words(config, np.random.default_rng(1), 16)}
    supported = config.pe.supported(config)
    fields = {
        reason
        for reason in Reason
        if reason.name.startswith("UNSUPPORTED_")
        and (field := reason.name.removeprefix("UNSUPPORTED_").lower())
        and len(supported[field]) < size(field)
    }
    whole = {Reason.NO_CHUNKS} | ({Reason.FORMAT} if len(config.w_formats) > 1 else set())
    whole |= {Reason.TAIL_TOO_LONG} if min(map(config.values_per_beat, config.modes())) < 1 << TAIL_BITS else set()
    whole |= {config.pe.refusal_reason} - {None}
    assert fields | whole <= found


def size(name):
    """Values that a field of the mode word can hold."""
    return next(1 << field.bits for field in FIELDS if field.name == name)


def test_a_wrong_expectation_is_noticed():
    """Each thing that a step compares can fail."""
    config = small("parallel", 3, 1, name="test_checks_parallel", result_buffer=False)
    check = engine_checks(config, thorough=False)[0]
    step = next(each for each in check.steps if len(each.script.jobs))
    wrong = {
        "y": step.y + 1,
        "cols": 2 * config.cols,
        "beats": step.beats + 1,
        "cycles": step.cycles + 1,
        "reason": Reason.FORMAT,
        "reasons": np.ones(len(step.script.jobs), np.uint8),
    }
    player = Player(config, quick=True)
    for name, value in wrong.items():
        player.start()
        assert difference(player, replace(check, steps=[replace(step, **{name: value})])), name
    player.start()
    assert difference(player, replace(check, steps=[step])) == ""
    assert isinstance(step, Step)


def test_results_without_end_are_no_progress():
    """An engine whose skid buffer offers the same result for ever is not played for ever."""
    config = small("parallel", 1, 1, name="test_endless", pipeline=1)
    text, count = re.subn(r"(assign proceeds = \S+ \| )o_ready;", r"\1~o_ready;", verilog(Engine(config)))
    assert count == 1
    line = difference(Player(config, verilog_text=text), engine_checks(config, thorough=False)[0])
    assert "no progress" in line
