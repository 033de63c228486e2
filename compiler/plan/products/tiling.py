"""How products of two computed tensors are cut: some neighbouring matrices at a time, all of each."""

from collections.abc import Collection, Iterator, Mapping

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ...layouts.layout import Layout
from ..estimate import LATENCY, pipelined, product_cycles, product_words
from ..stage import Stage

__all__ = ["product_cost", "product_pieces", "product_rooms"]

COUNTS = (1, 2, 3, 4, 6, 8, 12, 16)  #: of pieces worth a look


def product_pieces(
    stage: Stage, layouts: Mapping[str, Layout], config: AcceleratorConfig
) -> list[tuple[int, int, bool]]:
    """Pieces worth a look: rows and channels of what is made, and whether that is all of it. None where a tile of
    weights does not fit its memory."""
    made, tiles = layouts[stage.makes], -(-layouts[stage.reads[1]].columns // config.cols)
    if product_words(stage, layouts, config) // tiles > config.weight_words:
        return []
    matrices = stage.product[-1]
    counts = {-(-matrices.count // pieces) for pieces in COUNTS if pieces <= matrices.count} | {1}
    return [(*matrices.extent(made, count), count == matrices.count) for count in sorted(counts)]


def product_rooms(
    stage: Stage, count: int, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> list[tuple[int, ...]]:
    """The atoms of each buffer of pieces of so many matrices: for every tensor that is read, in order, then for the one
    that is made."""
    several = count < stage.product[-1].count
    found: list[tuple[int, ...]] = []
    for tensor, matrices in zip((*stage.reads, stage.makes), stage.product, strict=True):
        room = layouts[tensor].room_of(*matrices.extent(layouts[tensor], count), array_rows=config.rows)
        times = 2 if several and not matrices.shared else 1
        found.append((room,) * times if tensor in outside else ())
    return found


def product_cost(
    stage: Stage, count: int, layouts: Mapping[str, Layout], outside: Collection[str], config: AcceleratorConfig
) -> int:
    """Cycles that a stage takes in pieces of so many matrices, about: copies of a piece beside the work on another."""
    atom, bus = config.atom_bytes, config.bus_bytes
    rooms = [max(each, default=0) for each in product_rooms(stage, count, layouts, outside, config)]
    passed = 2 * product_words(stage, layouts, config) * config.weight_word_bytes / bus  # weights, out and in
    work: list[tuple[float, float, float]] = []
    for some in _pieces(stage, count):
        share = some / count
        alone = sum(rooms[:-1]) * share * atom / bus
        cycles = some * max(product_cycles(stage, layouts, config), passed) + passed + 2 * LATENCY
        work.append((cycles, alone + LATENCY * (alone > 0), rooms[-1] * share * atom / bus))
    return round(pipelined(work))


def _pieces(stage: Stage, count: int) -> Iterator[int]:
    whole = stage.product[-1].count
    for first in range(0, whole, count):
        yield min(count, whole - first)
