"""The page of tiles that share multiplier blocks."""

from collections.abc import Sequence

from lowtide.common.markdown import table

from ..flow.store import tools
from .compared import INFERRED, TileInBlocks

__all__ = ["markdown"]

HEADINGS = ("tile", "PEs", "x, w bits", "target", "multiplier", "sums", "products", "blocks", "LUT", "flip-flops")

HEAD = """\
# Several products in one multiplier block

The PEs of a tile that share multipliers, one for each lane, beside the same tile with a block for each product. Of the
structures that its sums can have the one with the fewest LUTs is shown, either way. Operand registers and accumulators
are in it. An adder of two bits of an ECP5 counts as two LUTs."""


def markdown(tiles: Sequence[TileInBlocks], command: str) -> str:
    """The page, Markdown.

    Parameters
    ----------
    tiles : sequence of TileInBlocks
        As of :func:`lowtide.synth.blocks.compared.price_tiles`.
    command : str
        What prices the same again.
    """
    rows = [_cells(each) for each in tiles]
    lines = [HEAD, "", f"Written by `{command}`; {tools()}.", "", table(HEADINGS, rows, right=range(6, 10)), ""]
    saved = [_saved(*pair) for pair in zip(tiles[::2], tiles[1::2], strict=True)]
    return "\n".join(lines + [line for line in saved if line]) + "\n"


def _cells(each: TileInBlocks) -> list[object]:
    config = each.config
    head = [
        f"`{config.name}`",
        f"{config.tile_rows}x{config.tile_cols}",
        f"{config.x_width}, {config.w_width}",
        each.target.name,
        each.multiplier,
    ]
    if each.sums is None:
        return [*head, "-", each.products, "-", "-", f"failed: {each.price.failed}"]
    return [*head, each.sums, each.products, each.blocks, each.of("area"), each.of("ff")]


def _saved(packed: TileInBlocks, inferred: TileInBlocks) -> str:
    """What a block that is saved costs, as a line of a list; nothing where it cannot be said."""
    blocks = [each.blocks for each in (packed, inferred)]
    luts = [each.of("area") for each in (packed, inferred)]
    if None in blocks + luts or inferred.multiplier != INFERRED or blocks[0] == blocks[1]:
        return ""
    saved = (blocks[1] or 0) - (blocks[0] or 0)
    return (
        f"- `{packed.config.name}`: {saved} of {blocks[1]} blocks are saved, each for "
        f"{((luts[0] or 0) - (luts[1] or 0)) / saved:.1f} LUTs."
    )
