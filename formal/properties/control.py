"""Properties of control bits: they travel down the array with the operands, and say which codebooks jobs use."""

from lowtide.hw import ArrayConfig
from lowtide.hw.array.decoder import table_bits
from lowtide.hw.logic.intake import PLACES
from lowtide.hw.mode.word import BY_NAME
from lowtide.hw.storage_formats import FORMATS, number

from .property import Property, modules_of, only, past

__all__ = ["control_properties"]


def control_properties(config: ArrayConfig, text: str) -> list[Property]:
    """Of the array, where it has several rows or rows of tiles, and of the sequencer, where there are codebooks. text:
    the Verilog."""
    found = []
    if config.stops("x") > 1:
        found.append(
            Property(
                name=f"{config.name}_control_travels",
                statement="a row's control bits are those of the row above a cycle before; while the engine stands "
                "still they stay; after a reset none is valid",
                config=config,
                unit="array",
                monitor=_travels(config, modules_of(text)[f"{config.name}_array"]),
                free=("row",),
            )
        )
    if table_bits(config):
        books = " && ".join(f"codebooks[{book}] == ({_uses(config, book)})" for book in range(2))
        found.append(
            Property(
                name=f"{config.name}_books_used",
                statement="a codebook is in use exactly while a job that decodes with it runs or waits",
                config=config,
                unit="sequencer",
                monitor=f"  always @* assert({books});\n",
            )
        )
    return found


def _travels(config: ArrayConfig, module: str) -> str:
    """The monitor of the array: row by row, the valid bit and the others."""
    rest = int(only(r"reg \[(\d+):0\] row_1_control_bits;", module))
    lines = [
        past(("m_reset", "rst"), ("m_en", "en")),
        "  reg m_begun;\n  always @(posedge clk) m_begun <= rst | m_begun;\n",
    ]
    for row in range(1, config.stops("x")):
        above = "control" if row == 1 else f"{{row_{row - 1}_control_bits, row_{row - 1}_valid}}"
        lines.append(
            past(
                (f"m_above_{row}", above),
                (f"m_held_{row}", f"{{row_{row}_control_bits, row_{row}_valid}}"),
                width={f"m_above_{row}": rest + 2, f"m_held_{row}": rest + 2},
            )
            + f"  wire [{rest + 1}:0] m_wanted_{row} = m_en ? m_above_{row} : m_held_{row};\n"
            f"  always @* if (m_begun) begin\n"
            f"    assert(row_{row}_valid == (m_wanted_{row}[0] & ~m_reset));\n"
            f"    assert(row_{row}_control_bits == m_wanted_{row}[{rest + 1}:1]);\n  end\n"
        )
    return "".join(lines)


def _uses(config: ArrayConfig, book: int) -> str:
    """Whether a codebook is in use, in Verilog: by the definition of the mode word."""

    def of(mode: str) -> str:
        kept, chosen = (
            f"{mode}[{field.lowest_bit + field.bits - 1}:{field.lowest_bit}]"
            for field in (BY_NAME["w_format"], BY_NAME["codebook"])
        )
        decodes = " || ".join(f"{kept} == {number(stored)}" for stored in FORMATS if stored.entries)
        return f"({decodes}) && {chosen} == {book}"

    arrived = [f"arrived_{place}" for place in range(1, PLACES + 1)] if config.pipeline else []
    return " || ".join(
        f"({valid} && {of(mode)})"
        for valid, mode in (("running", "mode"), ("waiting", "job"), *((f"{each}_valid", each) for each in arrived))
    )
