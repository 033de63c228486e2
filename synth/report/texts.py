"""What the report says of its tables, as Markdown."""

from ..goals import BASELINES

__all__ = ["CAVEAT", "ENERGY", "GOALS", "MODES", "PARTED", "SPEED", "WORTH"]

CAVEAT = """\
Areas are of mapped cells, summed over the hierarchy. They hold no wires, no clock tree, no placement density, no timing
constraint (adders are the smallest, ripple) and no corner but the one of the library; FPGA figures are LUTs before
placement. Energy is of the mapped PE alone, clock included, without wires and without glitches (the simulation has no
delays), on the operands of two layers of one network. Fmax is of one placement tool on one device. All of it is
comparable inside this report only: every design, the conventional ones included, went through the same recipes of the
same Yosys, and the smaller one counts. Differences of one or two percent are within what a rewrite of equal logic
changes. A ratio below 1 is smaller than the best conventional PE; above 1 the mode loses."""

MODES = """\
A row is a way to quantise on the PE of a family that has all its modes. *Area alone* is that of a PE of the family that
is built for the mode and nothing else (narrowest widths, mode bits tied), *area flexible* of the one with all modes.
Ratios are of area for one multiplication per cycle, flexible PE, to the best conventional PE of exactly the operand
widths and types of the mode, of one lane and of eight (*ratio* is to the better); *ratio alone* is the same for the
PE built for the mode. Terms, logarithms and codebooks are compared with multipliers of the integers that they stand
for."""

GOALS = f"""\
B1 is one conventional 8 x 8-bit multiply-accumulate PE, B8 one of eight lanes, accumulators of 32 bits and operand
registers included; each has two forms, one with `*`, through the better recipe, and one with explicit radix-4 Booth
digits ({"; ".join(f"{name}: {', '.join(forms)}" for name, forms in BASELINES.items())}).
A goal is reached where it holds against the smaller of the two. Rates are multiplications per cycle, at full width with
every term kept and in the fastest mode; B1 does 1 in any mode, B8 8."""

PARTED = """\
Before it is mapped, the logic of a PE is sorted by what it is for; nothing is optimised across these boundaries, so the
parts add up to a little more or less than the PE (last column: their sum over the PE as it is priced)."""

ENERGY = """\
Dynamic energy of the mapped PE, from the transitions of every net while it computes two layers of the digits network in
the mode (real weights and activations), folded with the library's pin capacitances and internal power; leakage is
apart. Beside it the operations of a multiplication by M. Horowitz' table (ISSCC 2014, 45 nm, 0.9 V), which knows adders
and multipliers only, no registers, shifters or multiplexers. Conventional PEs are those that modes are compared
with."""

SPEED = """\
The PE behind registers, and a 4x4 engine, placed and routed by nextpnr: ECP5 LFE5U-85F, iCE40 HX8K; median and best of
three seeds. Adders are ripple chains, nothing is pipelined inside a PE: these are the clocks of the smallest design."""

WORTH = """\
Area-time (area for one multiplication per cycle) over accuracy: flexible PEs, PEs for the mode alone, and for integers
and formats the conventional PE of their widths, which keeps the same accuracy. These are the choices that no other one
of the same network beats, or no other flexible PE: a larger one has to be better by more than the standard error of its
loss (±, paired with the float network; docs/networks.md)."""
