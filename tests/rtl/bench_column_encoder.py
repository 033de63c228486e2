"""cocotb bench: the north edge of a column of kind `term`: its terms, in order, for every group and budget."""

import itertools

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.triggers import ReadOnly, RisingEdge

import golden
from hw import ArrayConfig
from hw.pe.base import encoder_control_layout
from hw.selector import term_layout
from sim.cocotb_run import parameters
from sim.packing import pack, unpack

CONFIG = ArrayConfig(**parameters()["config"])
BITS = CONFIG.w_width
LAYOUT = term_layout(CONFIG)


def sorted_terms(group, encoding):
    """Terms of a group as (exponent, index, negative) by the definition: exponent descending, then index ascending."""
    planes = golden.digits(np.array(group), encoding, bits=BITS, signed=True)
    terms = [(e, i, bool(planes[i, e] < 0)) for i in range(len(group)) for e in range(planes.shape[1]) if planes[i, e]]
    return sorted(terms, key=lambda term: (-term[0], term[1]))


def lane_terms(word):
    """The terms of one cycle: (exponent, index, negative), None in an empty slot."""
    found = []
    for lane in unpack(word, LAYOUT.size, CONFIG.lanes, is_signed=False).tolist():
        fields = {name: lane >> field.offset & (1 << field.width) - 1 for name, field in LAYOUT}
        empty = not fields["valid"]
        assert not (empty and fields["negative"])
        found.append(None if empty else (fields["exponent"], fields["index"], bool(fields["negative"])))
    return found


def control(dut, *, beat, step, final, slots, hese):
    """The control bits of a cycle in which ``slots`` slots of the beat are left."""
    values = {"beat": beat, "start": beat, "step": step, "final": final, "hese": hese, "w_signed": 1, "select": 1,
              "slot": sum(1 << lane for lane in range(CONFIG.lanes) if step and slots > lane)}
    word = 0
    for name, field in encoder_control_layout(CONFIG, "north"):
        word |= values[name] << field.offset
    dut.control.value = word


@cocotb.test()
async def every_group_with_every_budget_shows_its_largest_terms(dut):
    Clock(dut.clk, 2, unit="ns").start(start_high=False)
    dut.en.value, dut.rst.value = 1, 1
    control(dut, beat=0, step=0, final=0, slots=0, hese=0)
    await RisingEdge(dut.clk)
    dut.rst.value = 0
    values = range(-(1 << BITS - 1), 1 << BITS - 1)
    cases = [(group, budget, hese) for group in itertools.product(values, repeat=CONFIG.group)
             for budget in range(1, CONFIG.group * BITS + 1) for hese in (0, 1)]
    pending, shown = [], []  # the encoder shows a cycle's terms one cycle after its control bits
    for group, budget, hese in cases:
        cycles = -(-budget // CONFIG.lanes)
        for cycle in range(cycles):
            dut.values.value = pack(group, BITS) if cycle == 0 else 0
            control(dut, beat=cycle == 0, step=1, final=cycle == cycles - 1, slots=budget - cycle * CONFIG.lanes,
                    hese=hese)
            await ReadOnly()
            if pending:
                pending.pop()
                shown.append(lane_terms(int(dut.operand.value)))
            await RisingEdge(dut.clk)
            pending.append(cycle)
    await ReadOnly()
    shown.append(lane_terms(int(dut.operand.value)))

    cycle = 0
    for group, budget, hese in cases:
        cycles = -(-budget // CONFIG.lanes)
        slots = list(itertools.chain(*shown[cycle:cycle + cycles]))
        expected = sorted_terms(group, "hese" if hese else "binary")[:budget]
        expected += [None] * (len(slots) - len(expected))
        assert slots == expected, f"{group} budget {budget} hese {hese}: {slots}, expected {expected}"
        cycle += cycles
