"""Pictures as hosts have them, channels last, to and from the blocks of channels and the phases of a layout.

In external memory pixel (y, x) of a picture has its channels side by side, in whole atoms: those of block b lie at byte
``((y columns + x) blocks + b) atom_bytes``. The movers rearrange atoms on their way, a run of one atom a cycle: blocks
of channels are transposed with pixels, rows and columns of a stride are stored apart. One record does it, or one for
each phase of rows and columns.
"""

from collections.abc import Iterator
from itertools import product

from lowtide.common.records.kinds import Load, Memory, Store

from .layout import Layout

__all__ = ["picture_bytes", "picture_loads", "picture_stores"]


def picture_bytes(layout: Layout, atom_bytes: int) -> int:
    """Bytes of a picture in external memory."""
    return layout.rows * layout.columns * layout.blocks * atom_bytes


def picture_loads(layout: Layout, address: int, atom_bytes: int) -> list[Load]:
    """The LOADs of a picture.

    Parameters
    ----------
    layout : Layout
        Where it goes in the feature memory.
    address : int
        Of the picture, a multiple of ``atom_bytes``.
    atom_bytes : int

    Raises
    ------
    ValueError
        The layout has bit planes: what is smaller than an atom does not move.
    """
    return [Load(memory=Memory.FEATURE, **fields) for fields in _records(layout, address, atom_bytes)]


def picture_stores(layout: Layout, address: int, atom_bytes: int) -> list[Store]:
    """The STOREs of a picture; as :func:`picture_loads`."""
    return [Store(**fields) for fields in _records(layout, address, atom_bytes)]  # type: ignore[arg-type]


def _records(layout: Layout, address: int, atom_bytes: int) -> Iterator[dict[str, int]]:
    if layout.planes:
        raise ValueError("planes is True, allowed for pictures is False")
    apart, pixel = layout.apart, layout.blocks * atom_bytes
    row = layout.columns * pixel
    for y, x in product(range(min(apart, layout.rows)), range(min(apart, layout.columns))):
        yield {
            "address": address + y * row + x * pixel,
            "local": layout.base + y * layout.row_phase + x * layout.column_phase,
            "units": 1,
            "count_1": -(-(layout.columns - x) // apart),
            "pitch_1": apart * pixel,
            "local_pitch_1": 1,
            "count_2": -(-(layout.rows - y) // apart),
            "pitch_2": apart * row,
            "local_pitch_2": layout.row_pitch,
            "count_3": layout.blocks,
            "pitch_3": atom_bytes,
            "local_pitch_3": layout.block_pitch,
        }
