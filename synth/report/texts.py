"""What the report says of its tables and pictures, as Markdown."""

from ..comparisons.published import COMMIT
from ..prices.goals import BASELINES

__all__ = [
    "ANSWER",
    "CAPTIONS",
    "CAVEAT",
    "ENERGY",
    "ENGINES",
    "EXACT",
    "FLEXIBILITY",
    "GOALS",
    "KINDS",
    "MATCHED",
    "MODES",
    "NOT_MEASURED",
    "PARTED",
    "PERIODS",
    "RECIPES",
    "PUBLISHED",
    "REVEALED",
    "SEVERAL",
    "SPEED",
    "SUMS",
    "TILES",
    "WORTH",
]

ANSWER = """\
Compare designs by the area that one multiplication per cycle takes (*area / mult.*): a PE of half the size that takes
two cycles is no better. The measure is always the best conventional PE of exactly the operand widths of a mode, from
the same tools in the same run; a ratio below 1 is smaller than that."""

EXACT = """\
These modes multiply exactly, integers or what a storage format stands for, so the smallest PE is the one to take. Block
floating point, which rounds, is among [every mode](#every-mode) below."""

SEVERAL = """\
Area for one multiplication per cycle on PEs that have all modes of their kind. `parallel` takes the same area for
narrow operands as for wide ones: it does not use what they leave."""

REVEALED = """\
Term revealing keeps the largest signed powers of two of a group of weights, which is an approximation. An exact
multiplier of fewer weight bits is one too. So each mode stands beside the multipliers that are larger:
*8 x 5* says that it takes less area than exact 8 x 5-bit multipliers and wider ones, and not less than the next
narrower. *none*: even the 8 x 8-bit multiplier is smaller."""

WORTH = """\
What one multiplication per cycle takes, over the points that are lost beside the float network: of flexible PEs, PEs
for the mode alone, and for integers and storage formats the conventional PE of their widths and published units, which
keep the same accuracy. These are the choices that no other one of the same network beats in area, energy, delay or
stored bits, or no other flexible PE: a dearer one has to be better by more than the standard error of its loss. Choices
are made on the even pictures; what is lost is reported on the odd ones (± one standard error, n of them), so it is not
flattered by the choice. Delays are of PEs with all modes on an ECP5, energies of those and of conventional PEs."""

NOT_MEASURED = """\
What modes cost at equal accuracy is not known here: none of their accuracies was measured (`make experiments`)."""

MATCHED = """\
Of everything that loses at most so many points on the even pictures the smallest of each way to build, with what it
loses on the odd ones. A way is missing where nothing of it loses so little."""

MODES = """\
Each row is a mode on the PE that has all modes of its kind (*flexible PEs*), or on a named configuration. *Area, one
mode* is that of a PE of the kind that is built for this mode and nothing else: narrowest widths, mode bits tied. Terms,
logarithms and codebooks are compared with multipliers of the integers that they stand for."""

FLEXIBILITY = """\
A PE with several modes over the PEs that have one each: over the largest of them, and over all of them together."""

PARTED = """\
Before it is mapped, the logic of a PE is sorted by what it is for. Nothing is optimised across these boundaries, so the
parts add up to a little more or less than the PE."""

RECIPES = """\
Every PE goes through each recipe of a target and the smallest result counts: *plain* maps multipliers as Yosys does,
*booth* makes radix-4 Booth multipliers first, *chains* makes carry chains of all additions first. Where nothing is
multiplied there is one."""

SUMS = """\
How a PE adds what its lanes select, where its kind has a choice: in pairs (*tree*), in a row for each digit (*chains*),
or all digits in one row (*chain*). Each of the first two is priced wherever a PE has it, a conventional one or another,
and the smaller counts, on each target by itself: so no ratio of this report is against a conventional PE that could be
smaller by the same means. *chain* is for comparison: it is the smallest in LUTs, and so slow that a PE takes more LUTs
for the same work in the same time wherever that was measured (eight lanes of 8 x 8 bits on an ECP5: 46 MHz as a tree,
37 as chains, 15 as one chain)."""

PUBLISHED = f"""\
Published units, measured with this flow at commit {COMMIT} from their authors' code, which is not part of this project.
Accumulators are theirs (32 bits; 24 of BitSim's units, 20 of Gemmini's PE); BitSim's multiply signed data only."""

ENGINES = """\
Whole engines of N x N PEs, and in brackets the share of the edges: encoders and decoders at the border, skews, readout
and sequencer. Then the tall ones, of four columns: a job takes the longer of its chunks and the columns."""

TILES = """\
PEs of a tile share the operands that they hold, what they decode of them and their control bits. The first columns are
of the tile by itself; those of engines have all that changes around it: skews and the readout's triangle are shorter,
and results of columns that are complete together wait in registers."""

ENERGY = """\
Dynamic energy of the mapped PE, from the transitions of every net while it computes two layers of the digits network in
the mode (real weights and activations), with the library's pin capacitances and internal power; leakage is apart.
Beside it the operations of a multiplication by M. Horowitz' table (ISSCC 2014, 45 nm, 0.9 V), which knows adders and
multipliers only, no registers, shifters or multiplexers. Conventional PEs are those that modes are compared with."""

SPEED = """\
The PE between registers, and a 4x4 engine, placed and routed by nextpnr: ECP5 LFE5U-85F, iCE40 HX8K; median and best of
three seeds. Adders are ripple chains. Only PEs with `_p2` in their names have register stages inside, two of them."""

PERIODS = """\
PEs on gates with the delays of SkyWater 130 nm, mapped for speed (`lowtide delay`): areas are larger than elsewhere in
this report, where area alone counts. Register stages and kinds of adder are free, for the conventional PEs too."""

GOALS = f"""\
B1 is one conventional 8 x 8-bit multiply-accumulate PE, B8 one of eight lanes, accumulators of 32 bits and operand
registers included. Each has two forms, one with `*`, through the better recipe, and one with explicit radix-4 Booth
digits, in the smaller structure of sums
({"; ".join(f"{name}: {', '.join(forms)}" for name, forms in BASELINES.items())}).
A goal is reached where it holds against the smaller of the two. B1 does one multiplication per cycle in any mode,
B8 eight; a PE of `digit` eight with weights of two digits and four with those of 8 bits, which its last goal is for."""

KINDS = """\
What is inside one PE of each kind. West operands (blue) are held for the cycles of a chunk, north operands (orange) are
new every cycle, control bits travel with them, and results leave from the accumulator."""

CAVEAT = """\
Areas are of mapped cells, summed over the hierarchy. They hold no wires, no clock tree, no placement density, no timing
constraint (adders are the smallest, ripple) and no corner but the one of the library; FPGA figures are LUTs before
placement. Energy is of the mapped PE alone, clock included, without wires and without glitches (the simulation has no
delays), on the operands of two layers of one network. Fmax is of one placement tool on one device. All of it is
comparable inside this report only: every design, the conventional ones included, went through the same recipes of the
same Yosys, and the smaller one counts. Differences of one or two percent are within what a rewrite of equal logic
changes. A ratio below 1 is smaller than the best conventional PE; above 1 the mode loses."""

#: What is written below each picture; those of the kinds are captioned by what they do.
CAPTIONS = {
    "modes": "Area per multiplication of each mode, over that of the best conventional PE of its widths (the line at "
    "1; left of it is smaller). Filled: the PE with all modes of its kind. Open: the smallest PE of that kind "
    "built for this mode alone.",
    "energy": "Energy of one multiplication in each mode on the PE with all modes of its kind, over that of the best "
    "conventional PE of its widths (the line at 1; left of it takes less).",
    "matched": "Area, energy, delay and stored bits over the points that are lost on the odd pictures, ± one standard "
    "error. Filled: PEs with all modes; open: built for the mode alone; crosses: conventional PEs and published units. "
    "Numbered: what no other choice beats in area (line) or no other PE with all modes (dots), by the even pictures.",
    "parts": "What the area of each PE is for.",
    "scaling": "Engines of N x N PEs: area over the number of PEs, and the share of the edges.",
}
