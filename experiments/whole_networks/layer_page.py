"""The page of single layers: a table, and what follows from it."""

from collections.abc import Sequence

from lowtide.common.markdown import table

from .layers import LAYERS, SHAPES
from .limits import most_share
from .machines import measured_machines
from .measured import Measured
from .report import Report, model_error

__all__ = ["layer_report"]

HEADINGS = (
    "layer",
    "of, shape",
    "machine",
    "multiplications",
    "cycles",
    "share of peak",
    "EXEC cycles",
    "share in EXEC",
    "at most",
    "aim",
    "bound",
    "model",
    "read",
    "written",
)
LEFT = (0, 1, 2, 10)
SHOWN = (0, 2, 4, 5, 6, 7, 8, 9, 10, 11)


def _cells(each: Measured) -> list[str]:
    counted, name = each.counted, each.task.network
    return [
        name,
        LAYERS[name].title,
        f"`{each.task.machine}`",
        f"{each.multiplications:,}",
        f"{each.cycles:,}" + ("" if counted else " (predicted)"),
        f"{100 * each.share:.1f} %" if each.ideal else "-",
        f"{each.executes:,}",
        f"{100 * each.executing:.1f} %" if each.ideal else "-",
        "-" if (most := _most(each)) is None else f"{100 * most:.1f} %",
        each.task.aim.text if each.task.aim else "-",
        each.bound,
        model_error(each),
        f"{counted.read_bytes:,}" if counted else "-",
        f"{counted.written_bytes:,}" if counted else "-",
    ]


def _most(each: Measured) -> float | None:
    """The share of peak that the layer's shape allows on the machine."""
    return most_share(SHAPES[each.task.network], measured_machines()[each.task.machine].array)


def _why(each: Measured) -> str:
    """What keeps a layer from its aim."""
    most = _most(each)
    if most is not None and each.task.aim and most < (each.task.aim.executing or 0):
        return f"; its shape allows {100 * most:.1f} %"
    config = measured_machines()[each.task.machine]
    moved = [each.counted.read_bytes, each.counted.written_bytes] if each.counted else []
    beats = max(moved, default=0) // config.bus_bytes
    if each.counted and beats > each.executes / 2:
        return f"; cut into small records, since the bus takes {beats:,} cycles one way alone"
    return ""


def _notes(found: Sequence[Measured]) -> list[str]:
    counted = sum(each.counted is not None for each in found)
    aimed = [each for each in found if each.task.aim]
    said = [f"Of {len(found)} layers {counted} were on the RTL, each bit for bit what golden's machine gives."]
    said += [
        f"Missed: {each.task.network} ({LAYERS[each.task.network].title}) on {each.task.machine} has "
        f"{100 * each.executing:.1f} % of peak in EXEC, aim {each.task.aim.text}{_why(each)}."
        for each in aimed
        if each.task.aim and not each.meets
    ]
    return [*said, f"{sum(each.meets for each in aimed)} of {len(aimed)} aims are met."]


def layer_report(found: Sequence[Measured], missing: Sequence[str]) -> Report:
    """What is written and shown of single layers."""
    rows = [_cells(each) for each in found]
    lines = [
        "# Single layers on machines",
        "",
        "Made by `make networks`. One layer of each type, alone: its input comes from external memory, its result goes "
        "there, on a bus that answers in the next cycle; weights are loaded each time, unless a memory holds all of "
        "them. In a network most of these copies are hidden behind other layers or not there at all.",
        "",
        "- **share of peak**: the cycles that the multiplications would take if all multipliers were always busy, over "
        "the cycles from start to interrupt.",
        "- **EXEC cycles**: those in which a record EXEC runs, predicted: the array and what is behind it, with copies "
        "beside it but not those that it waits for. **share in EXEC** is of these; aims are for it. Where the bus "
        "bounds a layer (16 B a cycle on `small`, 32 on `large`), it is cut into small records, whose filling hides "
        "behind copies, and this share says little. **at most**: what the shape allows, its pixels in the rows, its "
        "channels in columns and lanes, without anything that waits.",
        "- **bound**: what most cycles go to: the array, post-processing, pixels (rows filled, one a cycle), load, "
        "store, tokens.",
        "- **model**: predicted cycles against those of the RTL. **read**, **written**: bytes over the bus.",
        "- Peers: Ethos-U55 has 9 to 10 % of peak in depthwise convolutions, by its vendor's compiler.",
        "",
        *(f"- {note}" for note in _notes(found)),
        *(f"- Missing: {reason}" for reason in missing),
        "",
        table(HEADINGS, rows, right=[place for place in range(len(HEADINGS)) if place not in LEFT]),
        "",
    ]
    return Report(
        stem="single_layers",
        title="single layers on machines",
        headings=HEADINGS,
        left=LEFT,
        shown=SHOWN,
        rows=rows,
        notes=_notes(found),
        text="\n".join(lines),
    )
