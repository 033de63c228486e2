"""cocotb bench: the north edge of a column of kind `term`: its terms, cycle by cycle, for every group, with every
budget where a group has fewer than four values, with one of them else.

Which terms: stated here once more, slot by slot, from the words of the rule. Lanes of one window may swap their terms
in a cycle, so a window's are compared in any order; a dedicated lane has to show its own.
"""

import functools
import itertools
import random

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge

from lowtide import golden
from lowtide.hw import ArrayConfig
from lowtide.hw.pe.control_bits import encoder_control_layout
from lowtide.hw.pe.term.blocks import Block, blocks, operand_layout
from lowtide.hw.pe.term.edge import ColumnEncoder
from lowtide.sim.cocotb.run import parameters
from lowtide.sim.engine.packing import pack

CONFIG = ArrayConfig(**parameters()["config"])
SEED = parameters()["seed"]
BITS = CONFIG.w_width
LAYOUT = operand_layout(CONFIG)
LATENCY = CONFIG.pe.north_encoder(CONFIG).latency  #: cycles from control bits to terms


def handed_out(group, budget, encoding):
    """The terms of each round by the rule, and whether some are left: a list of lists, one entry a lane that is on.

    A term is (exponent, index, negative), None an empty slot.
    """
    left = [(e, i, negative) for i, value in enumerate(group) for e, negative in terms_of(value, encoding)]
    left.sort(key=lambda term: (-term[0], term[1]))
    rounds = []
    for slot in range(budget):
        if slot % CONFIG.lanes == 0:
            rounds.append([])
        seen = sees(slot % CONFIG.lanes)
        term = next((term for term in left if term[1] in seen), None)
        if term is not None:
            left.remove(term)
        rounds[-1].append(term)
    return rounds, bool(left)


@functools.cache
def terms_of(value, encoding):
    """The terms of a weight, as (exponent, negative)."""
    digits = golden.digits([value], encoding, bits=BITS, signed=True).tolist()[0]
    return [(e, digit < 0) for e, digit in enumerate(digits) if digit]


@functools.cache
def sees(lane):
    """The values that a lane sees."""
    if CONFIG.dedicated:
        if lane < CONFIG.group:
            return [lane]
        lane -= CONFIG.group
    others = CONFIG.lanes - (CONFIG.group if CONFIG.dedicated else 0)
    first = lane * (CONFIG.group // CONFIG.window) // others * CONFIG.window
    return range(first, first + CONFIG.window)


@functools.cache
def shown(word):
    """The terms in an operand, one entry a lane: (exponent, index, negative), None in an empty slot."""
    fields = {name: word >> field.offset & (1 << field.width) - 1 for name, field in LAYOUT}
    found = []

    def collect(part, shared):
        if isinstance(part, Block):
            for inner in part.parts:
                collect(inner, shared + (fields[f"block_{part.number}"] << part.bit))
            return
        name = f"lane_{part.number}"
        lane = {key: fields[name] >> field.offset & (1 << field.width) - 1 for key, field in LAYOUT[name].shape}
        assert not lane["low"] or not lane["high"]
        if not lane["low"] and not lane["high"]:
            assert not lane["negative"]
            found.append(None)
            return
        exponent = shared + (lane["high"] << part.bit) + lane.get("shift", 0)
        found.append((exponent, part.first + lane.get("index", 0), bool(lane["negative"])))

    for part in itertools.chain(*blocks(CONFIG)):
        collect(part, 0)
    return found


def in_any_order(terms):
    """The terms of a cycle: those of dedicated lanes, and of each window, sorted."""
    terms = list(terms) + [None] * (CONFIG.lanes - len(terms))
    dedicated = CONFIG.group if CONFIG.dedicated else 0
    windows = [[] for _ in range(CONFIG.group // CONFIG.window)]
    for term in terms[dedicated:]:
        if term is not None:
            windows[term[1] // CONFIG.window].append(term)
    return terms[:dedicated], [sorted(window) for window in windows]


def budgets(rng):
    """All that there are and two beyond, or one of them for each of many groups."""
    every = range(1, CONFIG.budget + 3)
    return every if CONFIG.group < 4 else rng.sample(every, 1)


def control(dut, *, beat, step, final, slots, hese, select):
    """The control bits of a cycle in which ``slots`` slots of the beat are left."""
    values = {
        "beat": beat,
        "start": beat,
        "step": step,
        "final": final,
        "hese": hese,
        "w_signed": 1,
        "select": select,
        "slot": sum(1 << lane for lane in range(CONFIG.lanes) if step and slots > lane),
    }
    word = 0
    for name, field in encoder_control_layout(CONFIG, "north", ColumnEncoder.moments):
        word |= values[name] << field.offset
    dut.control.value = word


@cocotb.test()
async def every_group_with_every_budget_shows_its_largest_terms(dut):
    Clock(dut.clk, 2, unit="ns").start(start_high=False)
    dut.en.value, dut.rst.value = 1, 1
    control(dut, beat=0, step=0, final=0, slots=0, hese=0, select=1)
    await RisingEdge(dut.clk)
    dut.rst.value = 0
    values, rng = range(-(1 << BITS - 1), 1 << BITS - 1), random.Random(SEED)
    cases = [
        (group, budget, hese, rng.getrandbits(1))
        for group in itertools.product(values, repeat=CONFIG.group)
        for hese in (0, 1)
        for budget in budgets(rng)
    ]
    given, cycles = 0, []
    for group, budget, hese, select in cases:
        rounds = -(-budget // CONFIG.lanes)
        for cycle in range(rounds):
            dut.values.value = pack(group, BITS) if cycle == 0 else 0
            control(
                dut,
                beat=cycle == 0,
                step=1,
                final=cycle == rounds - 1,
                slots=budget - cycle * CONFIG.lanes,
                hese=hese,
                select=select,
            )
            await ReadOnly()
            if given >= LATENCY:
                cycles.append((int(dut.operand.value), int(dut.lost.value)))
            await RisingEdge(dut.clk)
            given += 1
    for _ in range(LATENCY):
        await ReadOnly()
        cycles.append((int(dut.operand.value), int(dut.lost.value)))
        await RisingEdge(dut.clk)

    cycles = iter(cycles)
    for group, budget, hese, select in cases:
        rounds, left = handed_out(group, budget, "hese" if hese else "binary")
        for number, expected in enumerate(rounds, start=1):
            word, lost = next(cycles)
            found, case = shown(word), f"{group} budget {budget} hese {hese}, round {number}"
            assert in_any_order(found) == in_any_order(expected), f"{case}: {found}, expected {expected}"
            assert lost == (left and number == len(rounds) and not select), f"{case}: lost {lost}"
    assert next(cycles, None) is None
