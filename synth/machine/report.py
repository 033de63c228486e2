"""The page of what machines take: rooms, modules, memories, shared requantisers, and what may be behind an array."""

from collections.abc import Sequence

from lowtide.common.markdown import table

from .behind import ROWS, WIDTHS, Behind
from .memories import FAMILIES, Memory, blocks_of
from .priced import Priced
from .rooms import ROOMS
from .sharing import Shared
from .sharing_section import counted, section

__all__ = ["AIM", "page"]

AIM = 0.35  #: of the engine's area, what everything but engine and memories may take in `small`
LARGEST = 12  #: modules that are shown of a machine


def page(
    machines: Sequence[Priced],
    variants: Sequence[Behind],
    around: Priced,
    shared: Sequence[Sequence[Shared]],
    command: str,
) -> str:
    """The page as Markdown, where the picture is named without a folder.

    Parameters
    ----------
    machines : sequence of Priced
    variants : sequence of Behind
        Of post-processing, on the first target.
    around : Priced
        The machine whose array the variants are around.
    shared : sequence of sequence of Shared
        Machines on which networks run, each with requantisers for one row and for more.
    command : str
        What measures the same again.
    """
    lines = [
        "# What machines take",
        "",
        f"Written by `{command}`. Every module by itself, the smaller of its recipes, as often as it occurs; nothing "
        "is optimised across modules. Memories are not in these areas, they have a table of their own. *Engine* is the "
        "array with its sequencer, edges and readout, what there is without a machine; per cent are of it.",
        "",
    ]
    for machine in machines:
        lines += _machine(machine)
    return "\n".join([*lines, *section(shared), *_variants(variants, around)])


def _machine(machine: Priced) -> list[str]:
    config = machine.config
    built = ", ".join(config.post) or "nothing"
    return [
        f"## {config.name}",
        "",
        f"`{config.array.name}`, {config.array.rows} x {config.array.cols} PEs of "
        f"{counted(config.array.lanes, 'lane')}; a bus of {config.bus_bits} bits; "
        f"a requantiser for {counted(config.rows_per_requantiser, 'row')}, with a multiplier of "
        f"{config.multiplier_bits} bits; behind it: {built}.",
        "",
        _rooms(machine),
        "",
        *_said(machine),
        f"The {LARGEST} modules that take most, {machine.target.unit}:",
        "",
        _modules(machine),
        "",
        "Memories, each with one read and one write port:",
        "",
        _memories(machine.memories),
        "",
    ]


def _rooms(machine: Priced) -> str:
    heads = ["part"] + [head for target in machine.rooms for head in (f"{target.name}, {target.unit}", "of the engine")]
    rows = []
    for room in ROOMS:
        rows.append([room.name, *_cells([areas[room] for areas in machine.rooms.values()], machine)])
    rows.append(["**engine**", *_cells([machine.engine(target) for target in machine.rooms], machine)])
    rows.append(["**everything else**", *_cells([machine.rest(target) for target in machine.rooms], machine)])
    return table(heads, rows, right=range(1, len(heads)))


def _cells(areas: Sequence[float], machine: Priced) -> list[str]:
    engines = map(machine.engine, machine.rooms)
    return [
        text for area, engine in zip(areas, engines, strict=True) for text in (f"{area:,.0f}", f"{area / engine:.1%}")
    ]


def _said(machine: Priced) -> list[str]:
    """What follows for the aim, of machines with an engine of its size."""
    array = machine.config.array
    if (array.rows, array.cols, array.lanes) != (32, 4, 4):
        return []
    shares = {target: machine.rest(target) / machine.engine(target) for target in machine.rooms}
    taken = ", ".join(f"{share:.0%} in {target.unit} of {target.name}" for target, share in shares.items())
    met = all(share <= AIM for share in shares.values())
    return [
        f"Everything else may take {AIM:.0%} of an engine of this shape: {'met' if met else 'missed'}; {taken}.",
        "",
    ]


def _modules(machine: Priced) -> str:
    most = sorted(machine.modules.items(), key=lambda item: -item[1].total)[:LARGEST]
    rows = [[f"`{name}`", each.instances, f"{each.area:,.0f}", f"{each.total:,.0f}"] for name, each in most]
    return table(["module", "times", "each", "all"], rows, right=(1, 2, 3))


def _memories(memories: Sequence[Memory]) -> str:
    heads = ["module", "times", "words", "bits of a word", "kbit, all"]
    heads += [f"{family.block}, {family.name}" for family in FAMILIES]
    rows = [_memory(f"`{each.name}`", [each]) for each in memories]
    for row, each in zip(rows, memories, strict=True):
        row[1:4] = [str(each.instances), f"{each.depth:,}", str(each.width)]
    rows.append(_memory("**all**", memories))
    return table(heads, rows, right=range(1, len(heads)))


def _memory(name: str, memories: Sequence[Memory]) -> list[str]:
    kilobits = sum(each.bits for each in memories) / 1024
    blocks = [f"{sum(blocks_of(each, family) for each in memories):g}" for family in FAMILIES]
    return [name, "", "", "", f"{kilobits:,.0f}", *blocks]


def _variants(variants: Sequence[Behind], around: Priced) -> list[str]:
    target = around.target
    engine = around.engine(target)
    areas = {(each.built, each.multiplier_bits, each.rows_per_requantiser): each.area for each in variants}
    rows = []
    for built in dict.fromkeys(each.built for each in variants):
        for width in WIDTHS:
            cells = [areas[built, width, rows] for rows in ROWS]
            rows.append([built, f"{width} bits", *(f"{area / 1000:,.1f} ({area / engine:.0%})" for area in cells)])
    return [
        "## What is built behind an array",
        "",
        f"Post-processing around `{around.config.array.name}`, an engine of {engine / 1000:,.1f} k{target.unit}: "
        f"k{target.unit}, and per cent of that engine; memories aside. Where rows share a requantiser a column takes "
        "as many cycles, with a second tensor three times as many, and the columns of a job wait in a memory, so that "
        "the array goes on: nothing is lost where a job takes at least `cols` times that long.",
        "",
        table(
            ["built", "multiplier", *(f"a requantiser for {counted(rows, 'row')}" for rows in ROWS)],
            rows,
            right=range(2, 2 + len(ROWS)),
        ),
        "",
    ]
