"""Copies between external memory and the feature memory: a tensor, or some of its rows and channels.

In external memory a tensor lies as a layout says, its atoms from the layout's base 0 on. A copy is runs of neighbouring
rows of one phase, repeated over the phases of columns and rows, the blocks of channels, and bit planes; a record
repeats in three dimensions, the outermost ones become several records.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from lowtide.common.records.kinds import Load, Memory, Store

from .layout import Layout

__all__ = ["Loop", "loads", "loops", "stores"]

MOST_UNITS = (1 << 24) - 1  #: of a run


@dataclass(frozen=True)
class Loop:
    """A dimension of a copy: how often, and the atoms from one to the next, outside and inside."""

    count: int
    outside: int
    inside: int


def loops(outside: Layout, inside: Layout) -> tuple[int, list[Loop]]:
    """The run, in atoms, and the dimensions around it, the innermost first.

    Parameters
    ----------
    outside, inside : Layout
        The same rows, columns, channels and form, with equal row pitches.
    """
    for name in ("rows", "columns", "channels", "values", "bits", "planes", "apart", "row_pitch"):
        assert getattr(outside, name) == getattr(inside, name), f"{name} of the two layouts of a copy"
    apart = inside.apart
    run = -(-inside.rows // apart) * inside.row_pitch
    found = [
        Loop(apart, outside.column_phase, inside.column_phase),
        Loop(apart, outside.row_phase, inside.row_phase),
        Loop(inside.blocks, outside.block_pitch, inside.block_pitch),
        Loop(inside.bits if inside.planes else 1, outside.plane_pitch, inside.plane_pitch),
    ]
    kept: list[Loop] = []
    for loop in found:
        if loop.count == 1:
            continue
        if not kept and loop.outside == loop.inside == run:
            run *= loop.count  # whole neighbours on both sides
        elif kept and all(
            loop_side == kept[-1].count * before
            for loop_side, before in ((loop.outside, kept[-1].outside), (loop.inside, kept[-1].inside))
        ):
            kept[-1] = replace(kept[-1], count=kept[-1].count * loop.count)
        else:
            kept.append(loop)
    if run > MOST_UNITS:
        raise ValueError(f"a run of a copy has {run} atoms, allowed are {MOST_UNITS}")
    return run, kept


def _records(outside: Layout, inside: Layout, address: int, atom_bytes: int) -> Iterator[dict[str, int]]:
    run, dimensions = loops(outside, inside)
    around = dimensions[3:]
    for places in product(*(range(loop.count) for loop in around)):
        out = sum(place * loop.outside for place, loop in zip(places, around, strict=True))
        into = sum(place * loop.inside for place, loop in zip(places, around, strict=True))
        fields = {"address": address + (outside.base + out) * atom_bytes, "local": inside.base + into, "units": run}
        for number, loop in enumerate(dimensions[:3], 1):
            fields[f"count_{number}"] = loop.count
            fields[f"pitch_{number}"] = loop.outside * atom_bytes
            fields[f"local_pitch_{number}"] = loop.inside
        yield fields


def loads(outside: Layout, inside: Layout, address: int, atom_bytes: int) -> list[Load]:
    """The LOADs that copy a tensor into the feature memory.

    Parameters
    ----------
    outside : Layout
        Where it lies in external memory, its base in atoms behind ``address``: all of a tensor or a part of one.
    inside : Layout
        Where it goes.
    address : int
        External.
    atom_bytes : int
    """
    return [
        Load(memory=Memory.FEATURE, **fields)  # whole numbers, as all of these fields
        for fields in _records(outside, inside, address, atom_bytes)
    ]


def stores(outside: Layout, inside: Layout, address: int, atom_bytes: int) -> list[Store]:
    """The STOREs that copy a tensor to external memory; as :func:`loads`."""
    return [
        Store(**fields)  # type: ignore[arg-type]
        for fields in _records(outside, inside, address, atom_bytes)
    ]
