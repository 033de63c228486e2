"""Switching activity: how often each net of a PE's mapped netlist changes while an array computes given products.

::

    transitions of a net = number of clock edges before which it differs from what it was before the last one
    transitions of a clock = 2 * number of edges at which it rises

The netlist runs inside the engine, in Verilator, with operands as they are (:mod:`lowtide.synth.gates.simulation`),
filling and draining of the array included. The simulation has no delays: a net changes once a cycle at most, there are
no glitches, and energy from these numbers is a lower bound of that of the real netlist, deep adders most of all.

Counting happens in the model (:mod:`lowtide.sim.engine.transitions`), a bit-sliced counter for each net. Measured with
the 2716 nets of the PE of ``parallel_8x8_flex``, 1x1, one core: built in 5.2 s, 87,000 cycles a second (3.9 s and
208,000 without counting). Verilator's own ``--coverage-toggle`` takes 13.3 s and 30,000 cycles a second.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.sim.engine.transitions import SOURCE, CountingModel, counters

from ..flow.mapped import MappedNetlist, read
from ..flow.store import digest, made, tools
from ..targets import GateLibrary
from .cells import models
from .simulation import gate_level_verilog, mapped_pe

__all__ = ["Activity", "activity"]


@dataclass(frozen=True)
class Activity:
    """What the netlist of the PEs did.

    Parameters
    ----------
    nets : dict of str to int
        By name of a net in the mapped netlist (``net``, ``bus[3]``): its transitions, summed over the PEs or tiles; one
        name for each net, clocks included.
    cycles : int
        Clock cycles that the array took.
    instances : int
        PEs or tiles of the array.
    multiplications : int
        Of the products, all PEs together.
    """

    nets: dict[str, int]
    cycles: int
    instances: int
    multiplications: int


def activity(
    config: ArrayConfig,
    target: GateLibrary,
    recipe: str,
    products: Sequence[tuple[Any, ...]],
    *,
    codebooks: Sequence[Sequence[int]] = (),
) -> Activity:
    """What the PEs of an array did during products. Kept by content.

    Parameters
    ----------
    config : ArrayConfig
        Of any size; on 1x1 a netlist builds and runs fastest.
    target, recipe : GateLibrary, str
        What the PE is mapped to, and how.
    products : sequence of tuples
        As of :meth:`lowtide.sim.Model.run`, ``(x, w, mode)`` or ``(x, w, mode, x_exponents, w_exponents)``; all
        products of a netlist use one build.
    codebooks : sequence of sequences of int
        The integers of book 0, and of book 1, that are loaded before.

    Raises
    ------
    ValueError
        As :meth:`lowtide.sim.Model.run` and :func:`lowtide.synth.gates.simulation.gate_level_verilog` do, and for a
        netlist whose clocks are not understood.
    """
    netlist, top = mapped_pe(config, target, recipe)
    names, clocks = _signals(read(netlist, top), target)
    verilog = gate_level_verilog(config, target, recipe, counters=counters(names, list(clocks.values())))
    key = digest(verilog, SOURCE.read_text(), tools(), *map(_content, products), *(list(book) for book in codebooks))
    every = [*names, *clocks]
    found = made("activity", key, lambda: asdict(_counted(config, verilog, every, len(names), products, codebooks)))
    return Activity(**found)


def _counted(
    config: ArrayConfig,
    verilog: str,
    names: Sequence[str],
    changes: int,
    products: Sequence[tuple[Any, ...]],
    codebooks: Sequence[Sequence[int]],
) -> Activity:
    instances = config.stops("x") * config.stops("w")
    model = CountingModel(config, verilog, signals=len(names), instances=instances)
    for number, integers in enumerate(codebooks):
        model.load_codebook(integers, number)
    found = model.counted(products)
    numbers = [int(count) if place < changes else 2 * int(count) for place, count in enumerate(found.counts)]
    return Activity(
        nets=dict(zip(names, numbers, strict=True)),
        cycles=found.cycles,
        instances=instances,
        multiplications=sum(x.shape[0] * x.shape[1] * w.shape[1] for x, w, *_ in products),
    )


def _content(product: tuple[Any, ...]) -> str:
    x, w, mode, *exponents = product
    return digest(
        mode.word(),
        *(part for array in (x, w, *exponents) if array is not None for part in (array.shape, array.tolist())),
    )


def _signals(netlist: MappedNetlist, target: GateLibrary) -> tuple[list[str], dict[str, str]]:
    """Names of the nets that are no clocks, a list, and of clocks, a dict to the condition under which they rise."""
    named: dict[int | str, str] = {}
    for name, net in netlist.nets.items():
        named.setdefault(net, name)
    found = models(target.cells, {cell.kind for cell in netlist.cells.values()})
    gates: dict[int | str, tuple[int | str, int | str]] = {}  # output: enable, clock
    clocks: set[int | str] = set()
    for cell in netlist.cells.values():
        model = found[cell.kind]
        if model.enable and model.clock:
            gates[cell.pins[model.outputs[0]]] = cell.pins[model.enable], cell.pins[model.clock]
        if model.clock:
            clocks.add(cell.pins[model.clock])

    def rises(net: int | str) -> str:
        if net in gates:
            enable, clock = gates[net]
            condition = named[enable] if isinstance(enable, int) else f"1'b{enable}"
            return f"({condition} & {rises(clock)})"
        if named.get(net) != "clk":
            raise ValueError(f"net {named.get(net, net)} clocks a register, allowed are clk and outputs of clock gates")
        return "1'b1"

    pulses = {named[net]: rises(net) for net in sorted(clocks | set(gates))}
    return [name for net, name in sorted(named.items()) if name not in pulses], pulses
