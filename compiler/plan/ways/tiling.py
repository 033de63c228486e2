"""Stripes of rows and parts of channels of a stage: what fits the memories, and of that the fastest.

Tensors that lie in external memory go through buffers, two of each where there are several stripes, so that one is
copied while another is computed with; or one, which leaves room for longer stripes. Weights and parameters that a half
of their memories does not hold are taken in parts of the output channels.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ...layouts.layout import Layout
from ...steps.part import rows_read
from ..estimate import LATENCY, pipelined, weight_words, work_cycles
from ..products.tiling import product_cost, product_pieces, product_rooms
from ..softmax_cost import scratch_atoms
from ..stage import Stage
from .channel_parts import channel_parts
from .stripes import heights

__all__ = [
    "Tiling",
    "buffer_atoms",
    "buffer_sizes",
    "cost",
    "least_atoms",
    "parts_of",
    "read_room",
    "rows_of",
    "stripe_rows",
    "tilings",
]


@dataclass(frozen=True, kw_only=True)
class Tiling:
    """How a stage is cut.

    Parameters
    ----------
    rows : int
        Output rows of a stripe.
    channels : int
        Output channels of a part.
    parts_first : bool
        All parts of a stripe before the next stripe; else all stripes of a part before the next part.
    buffers : int
        Of a tensor outside, where there are several stripes: 1 or 2.
    """

    rows: int
    channels: int
    parts_first: bool
    buffers: int = 2


def rows_of(stage: Stage, number: int, layouts: Mapping[str, Layout], row: int, rows: int) -> tuple[int, int]:
    """The rows of tensor ``number`` that a stripe reads: the first, where all phases begin, and the one behind the
    last."""
    form = layouts[stage.reads[number]]
    if stage.pixels is not None:
        return 0, form.rows
    if number == 0:
        window = stage.window
        size = (window.size[0] - 1) * window.dilation[0] + 1
        low, high = rows_read(row, rows, size=size, stride=window.stride[0], top=window.padding[0], height=form.rows)
        return low - low % form.apart, high
    return row, row + rows


def read_room(
    stage: Stage, number: int, layouts: Mapping[str, Layout], rows: int, channels: int, config: AcceleratorConfig
) -> int:
    """The atoms of so many rows of a tensor that is read, for a part of so many output channels."""
    form = layouts[stage.reads[number]]
    some = channels if number > 0 or stage.channelwise else form.channels
    return form.room_of(rows, min(some, form.channels), array_rows=config.rows)


def buffer_sizes(
    stage: Stage, tiling: Tiling, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> list[tuple[int, ...]]:
    """The atoms of each buffer: for every tensor that is read, in order, then for the one that is made. None of a
    tensor that stays in the feature memory, two where one may be filled while the other is in use. Last what a softmax
    needs between the two."""
    made = layouts[stage.makes]
    if stage.product:
        _, count = stage.product[-1].made_by(0, tiling.rows, 0, tiling.channels)
        return product_rooms(stage, count, layouts, outside, config)
    stripes, parts = -(-made.rows // tiling.rows), -(-made.channels // tiling.channels)
    found: list[tuple[int, ...]] = []
    for number, tensor in enumerate(stage.reads):
        if tensor not in outside or stage.host:
            found.append(())
            continue
        each = [rows_of(stage, number, layouts, *stripe) for stripe in _stripes(made, tiling)]
        most = max(high - low for low, high in each)
        room = read_room(stage, number, layouts, most, tiling.channels, config)
        several = stripes > 1 or (parts > 1 and (number > 0 or stage.channelwise))
        found.append((room,) * (tiling.buffers if several and stage.sums is None else 1))
    channels = made.channels if tiling.parts_first else tiling.channels
    pieces = stripes if tiling.parts_first else stripes * parts
    room = made.room_of(tiling.rows, channels, array_rows=config.rows)
    is_outside = stage.makes in outside and not stage.host
    found.append((room,) * (tiling.buffers if pieces > 1 and stage.sums is None else 1) * is_outside)
    if stage.sums is not None:
        found.append((scratch_atoms(stage, tiling.rows, layouts, config),))
    return found


def buffer_atoms(
    stage: Stage, tiling: Tiling, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> int:
    """The atoms of all buffers."""
    return sum(map(sum, buffer_sizes(stage, tiling, layouts, outside, config)))


def _stripes(made: Layout, tiling: Tiling) -> Iterator[tuple[int, int]]:
    for row in range(0, made.rows, tiling.rows):
        yield row, min(tiling.rows, made.rows - row)


def parts_of(made: Layout, tiling: Tiling) -> Iterator[tuple[int, int, int, int]]:
    """The first row, rows, first channel and channels of all parts, in the order in which they run."""
    rows = list(_stripes(made, tiling))
    channels = [
        (first, min(tiling.channels, made.channels - first)) for first in range(0, made.channels, tiling.channels)
    ]
    if tiling.parts_first:
        yield from ((*stripe, *part) for stripe in rows for part in channels)
    else:
        yield from ((*stripe, *part) for part in channels for stripe in rows)


def tilings(
    stage: Stage, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> list[tuple[int, int, Tiling]]:
    """The tilings whose weights fit their memory, with the cycles that they take, about, and the atoms of their
    buffers, the fastest first. An empty list where there are none."""
    made = layouts[stage.makes]
    found = []
    for tiling in _product_tilings(stage, layouts, config):
        _, count = stage.product[-1].made_by(0, tiling.rows, 0, tiling.channels)
        atoms = buffer_atoms(stage, tiling, layouts, outside, config)
        found.append((product_cost(stage, count, layouts, outside, config), atoms, tiling))
    for channels in channel_parts(stage, layouts, config):
        for rows in stripe_rows(stage, made, outside):
            for parts_first in (True, False) if channels < made.channels and rows < made.rows else (True,):
                tiling = Tiling(rows=rows, channels=channels, parts_first=parts_first)
                atoms = buffer_atoms(stage, tiling, layouts, outside, config)
                found.append((cost(stage, tiling, layouts, outside, config), atoms, tiling))
    return sorted(found, key=lambda each: (each[0], -each[2].rows, -each[2].channels))


def least_atoms(
    stage: Stage, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> int | None:
    """The fewest atoms of buffers that a stage can do with, None where its weights or parameters do not fit."""
    rows = min(stripe_rows(stage, layouts[stage.makes], outside))
    cut = _product_tilings(stage, layouts, config)
    cut += [
        Tiling(rows=rows, channels=each, parts_first=first)
        for each in channel_parts(stage, layouts, config)
        for first in (True, False)
    ]
    return min((buffer_atoms(stage, each, layouts, outside, config) for each in cut), default=None)


def _product_tilings(stage: Stage, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> list[Tiling]:
    """The ways to cut a product of two computed tensors; none of another stage."""
    parts = product_pieces(stage, layouts, config) if stage.product else []
    return [Tiling(rows=rows, channels=channels, parts_first=is_whole) for rows, channels, is_whole in parts]


def stripe_rows(stage: Stage, made: Layout, outside: Collection[str]) -> list[int]:
    """Rows of stripes worth a look: all of them where nothing lies outside, or pixels are moved."""
    if stage.pixels is not None:
        return [made.rows]
    if stage.sums is None and not any(tensor in outside for tensor in (stage.makes, *stage.reads)):
        return [made.rows]
    return heights(made)


def cost(
    stage: Stage, tiling: Tiling, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> int:
    """Cycles that a stage takes, about: copies of a stripe beside the work on another, or one after the other."""
    made, source = layouts[stage.makes], layouts[stage.reads[0]]
    atom, word, bus = config.atom_bytes, config.weight_word_bytes, config.bus_bytes
    work: list[tuple[float, float, float]] = []
    known: dict[tuple[int, ...], tuple[float, float, float]] = {}
    before = -1  # the first channel whose weights are there
    for row, rows, first, channels in parts_of(made, tiling):
        read = [
            rows_of(stage, number, layouts, row, rows) for number, tensor in enumerate(stage.reads) if tensor in outside
        ]
        key = (rows, channels, int(first != before), *(high - low for low, high in read))
        if key not in known:
            places = [number for number, tensor in enumerate(stage.reads) if tensor in outside]
            loaded = sum(
                read_room(stage, number, layouts, high - low, channels, config)
                for number, (low, high) in zip(places, read, strict=True)
            )
            stored = made.room_of(rows, channels, array_rows=config.rows) if stage.makes in outside else 0
            words = weight_words(stage, channels, source, config) if first != before else 0
            into = loaded * atom + words * word
            cycles = work_cycles(stage, rows, channels, layouts, config)
            known[key] = float(cycles), into / bus + LATENCY * (into > 0), stored * atom / bus
        before = first
        work.append(known[key])
    return round(pipelined(work) if tiling.buffers > 1 else sum(map(sum, work)))
