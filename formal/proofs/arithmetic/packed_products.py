"""Proofs of several products in one multiplier: what a tile adds to each accumulator is the dot product of its row and
its column.

The definition is ``*`` and ``+`` on the operands themselves, one row and one column at a time. Some bits of the data
are held to a value, case by case, which leaves a smaller multiplier. Eight lanes of multipliers are too much for a SAT
solver at once, so they are proved in parts, each for every input:

- one lane: the product of the words holds the products, each in its field;
- residues: the lowest bits of a sum of products, of gates;
- fields: from the sum of such words, and residues, the sums themselves.

In between there is only a sum of integers in a word that is wide enough. Tiles of narrow operands, or of small
multipliers, are proved whole, with lanes summed in fields that are narrower than the sums.
"""

from collections.abc import Callable, Sequence

from amaranth.hdl import Module, Signal, signed
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.logic.packed_products import PackedProducts, fields_apart
from lowtide.hw.logic.packing import BLOCKS, Block, Packing, signed_bits
from lowtide.hw.logic.residue import residue_of_products
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe.control_bits import control_layout

from ..proof import Numbers, Proof, every, split, wide

__all__ = ["fields_of_word", "packed_product_proofs", "packed_products", "residue", "tile_products"]

DSP48, MULT18 = BLOCKS
BYTE, NIBBLE = (-128, 255), (-8, 15)  #: data of either type
SIGNED_BYTE, SIGNED_NIBBLE = (-128, 127), (-8, 7)


def packed_product_proofs() -> list[Proof]:
    """What the multipliers of FPGAs hold, in parts; and small tiles as a whole, with and without residues."""
    bytes_ = Packing(DSP48, 1, 2, 1, BYTE, SIGNED_BYTE)
    mixed = Packing(MULT18, 1, 2, 1, BYTE, SIGNED_NIBBLE)
    nibbles = Packing(DSP48, 2, 2, 1, NIBBLE, SIGNED_NIBBLE)
    small = Packing(Block("packed_12x7", 12, 7), 2, 2, 2, (-2, 3), (-2, 1))
    narrow = Packing(Block("packed_8x4", 8, 4), 1, 2, 2, (-4, 7), (-4, 3))
    return [
        packed_products("one_lane_8x8", bytes_, held=[(4, 0)], fast=False),
        packed_products("one_lane_8x4", mixed, held=[(4, 0)], fast=False),
        packed_products("one_lane_4x4", nibbles, held=[(3, 0)], fast=False),
        packed_products("lanes_2x2", small),
        packed_products("lanes_3x3", narrow, in_a_row=True, fast=False),
        residue("residue_8_lanes_3", lanes=8, bits=3, fast=False),
        residue("residue_8_lanes_2", lanes=8, bits=2),
        residue("residue_8_lanes_1", lanes=8, bits=1),
        fields_of_word("fields_8x8", Packing(DSP48, 1, 2, 8, BYTE, SIGNED_BYTE)),
        fields_of_word("fields_8x4", Packing(MULT18, 1, 2, 8, BYTE, SIGNED_NIBBLE)),
        fields_of_word("fields_4x4", Packing(DSP48, 2, 2, 8, NIBBLE, SIGNED_NIBBLE)),
        fields_of_word("fields_4x4_unsigned", Packing(DSP48, 2, 2, 8, NIBBLE, NIBBLE)),
        tile_products(1, 2, 2, 2, 3),
        tile_products(2, 2, 1, 3, 2),
    ]


def packed_products(
    name: str,
    packing: Packing,
    *,
    in_a_row: bool = False,
    held: Sequence[tuple[int, int]] = (),
    fast: bool = True,
) -> Proof:
    """That all sums of a :class:`lowtide.hw.logic.packed_products.PackedProducts` are dot products.

    Parameters
    ----------
    name : str
        Of the proof, behind ``packed_``.
    packing, in_a_row
        Of the unit. Data are of either type, weights are signed.
    held : sequence of (int, int)
        Highest and lowest bits of ranges of ``x`` that are held to a value, case by case.
    fast : bool
        See :class:`lowtide.formal.proofs.proof.Proof`.
    """
    bits = {"x": signed_bits(packing.x) - 1, "w": signed_bits(packing.w)}
    signs = {"x": "x_signed", "w": "1'b1"}
    lines = {"x": packing.rows, "w": packing.cols}

    def values(side: str, line: int) -> list[str]:
        return _lanes(side, line, packing.lanes, bits[side], signs[side])

    inputs = {"x_signed": 1} | {side: lines[side] * packing.lanes * bits[side] for side in "xw"}
    numbers, claims = _dot_products(packing, values, "sums")
    return Proof(
        name=f"packed_{name}",
        statement=f"one multiplier of {packing.block.wide} x {packing.block.narrow} bits a lane for {packing.rows} x "
        f"{packing.cols} products of {bits['x']} x {bits['w']} bits, data signed and unsigned, {packing.lanes} "
        f"lane{'s' * (packing.lanes > 1)} in fields of {packing.field} bits: every sum is its dot product",
        make=lambda: PackedProducts(f"packed_{name}", packing, in_a_row=in_a_row),
        inputs=inputs,
        connections={"x": _extended("x", packing.rows * packing.lanes, bits["x"], "x_signed"), "w": "w"},
        numbers=numbers,
        claims=claims,
        cases=split(every(x_signed=1), *(("x", high, low) for high, low in held)),
        fast=fast,
    )


def tile_products(rows: int, cols: int, lanes: int, x_bits: int, w_bits: int) -> Proof:
    """That a tile's own unit adds dot products, both sides of either type, by the control bits of a mode."""
    config = ArrayConfig(
        name=f"packed_tile_{rows}x{cols}",
        kind="parallel",
        rows=rows,
        cols=cols,
        tile_rows=rows,
        tile_cols=cols,
        lanes=lanes,
        x_width=x_bits,
        w_width=w_bits,
        w_types=("signed", "unsigned"),
        multiplier=DSP48.name,
    )

    def make() -> Unit:
        unit = config.pe.tile_addends(config)
        assert unit is not None
        return unit

    bits, signs = {"x": x_bits, "w": w_bits}, {side: f"{side}_signed" for side in "xw"}
    packing = make().packing
    numbers, claims = _dot_products(
        packing, lambda side, line: _lanes(side, line, lanes, bits[side], signs[side]), "addends"
    )
    control = [name if name in signs.values() else "1'b1" for name in control_layout(config).members]
    return Proof(
        name=config.name,
        statement=f"a tile of {rows} x {cols} `parallel` PEs that share multipliers, {lanes} lanes of {x_bits} x "
        f"{w_bits} bits, signed and unsigned: what each accumulator adds is the dot product of its row and column",
        make=make,
        inputs=dict.fromkeys(signs.values(), 1) | {"x": rows * lanes * x_bits, "w": cols * lanes * w_bits},
        connections={"control": f"{{{', '.join(reversed(control))}}}", "west": "x", "north": "w"},
        numbers=numbers,
        claims=claims,
        cases=every(x_signed=1, w_signed=1),
    )


def _lanes(side: str, line: int, lanes: int, bits: int, sign: str) -> list[str]:
    """The values of a row or a column, in Verilog."""
    lows = [(line * lanes + lane) * bits for lane in range(lanes)]
    return [wide(side, low + bits - 1, low, sign) for low in lows]


def _extended(side: str, count: int, bits: int, sign: str) -> str:
    """All values of a side, each with one bit more, in Verilog."""
    parts = [f"{side}[{low + bits - 1}] & {sign}, {side}[{low} +: {bits}]" for low in range(0, count * bits, bits)]
    return f"{{{', '.join(reversed(parts))}}}"


def _dot_products(
    packing: Packing, values: Callable[[str, int], list[str]], port: str
) -> tuple[Numbers, dict[str, str]]:
    """Every sum at an output, what it must be, and that it is."""
    numbers: Numbers = {}
    claims: dict[str, str] = {}
    width = signed_bits(packing.sums)
    for row in range(packing.rows):
        for col in range(packing.cols):
            low, place = (row * packing.cols + col) * width, f"{row}_{col}"
            products = [f"{x} * {w}" for x, w in zip(values("x", row), values("w", col), strict=True)]
            numbers[f"sum_{place}"] = (width, f"$signed({port}[{low + width - 1}:{low}])")
            numbers[f"dot_product_{place}"] = (width, " + ".join(products))
            claims[f"row {row} by column {col} is their dot product"] = f"sum_{place} == dot_product_{place}"
    return numbers, claims


class ResidueUnit(Unit):
    """The lowest bits of a sum of products of so many lanes of operands of ``bits`` bits."""

    combinational = True

    def __init__(self, name: str, lanes: int, bits: int) -> None:
        self.bits = bits
        lane = data.ArrayLayout(signed(bits), lanes)
        super().__init__(name, {"x": In(lane), "w": In(lane), "found": Out(bits)})

    def build(self, m: Module) -> None:
        """The gates."""
        m.d.comb += self.found.eq(residue_of_products(m, list(zip(self.x, self.w, strict=True)), self.bits, "found"))


def residue(name: str, *, lanes: int, bits: int, fast: bool = True) -> Proof:
    """That :func:`lowtide.hw.logic.residue.residue_of_products` is the sum of products modulo ``2 ** bits``, for which
    no other bits of the operands matter."""
    parts = [f"x[{bits * lane} +: {bits}] * w[{bits * lane} +: {bits}]" for lane in range(lanes)]
    return Proof(
        name=f"packed_{name}",
        statement=f"the lowest {bits} bit{'s' * (bits > 1)} of the sum of {lanes} products",
        make=lambda: ResidueUnit(f"packed_{name}", lanes, bits),
        inputs={"x": lanes * bits, "w": lanes * bits},
        connections={"x": "x", "w": "w"},
        numbers={"expected": (bits, " + ".join(parts))},
        claims={"the bits are those of the sum": "found == $unsigned(expected)"},
        fast=fast,
    )


class FieldsUnit(Unit):
    """Sums put into one word, and taken apart again."""

    combinational = True

    def __init__(self, name: str, packing: Packing) -> None:
        self.packing = packing
        sums = data.ArrayLayout(signed(signed_bits(packing.sums)), packing.fields)
        super().__init__(name, {"sums": In(sums), "found": Out(sums)})

    def build(self, m: Module) -> None:
        """The word of the sums, their residues, and the hardware's own logic."""
        packing = self.packing
        word = Signal(signed(signed_bits(packing.word)))
        m.d.comb += word.eq(sum(each << packing.field * place for place, each in enumerate(self.sums)))
        residues = [each[: packing.residue] for each in self.sums]
        for found, each in zip(self.found, fields_apart(m, packing, word, residues), strict=True):
            m.d.comb += found.eq(each)


def fields_of_word(name: str, packing: Packing) -> Proof:
    """That sums of a packing's range are found again in the word that holds them all."""
    least, most = packing.sums
    width = signed_bits(packing.sums)
    numbers: Numbers = {}
    for number in range(packing.fields):
        place = f"{width * number} +: {width}"
        numbers |= {f"sum_{number}": (width, f"$signed(sums[{place}])"), f"found_{number}": (width, f"found[{place}]")}
    within = " && ".join(f"sum_{number} >= {least} && sum_{number} <= {most}" for number in range(packing.fields))
    return Proof(
        name=f"packed_{name}",
        statement=f"{packing.fields} sums of {least} to {most} in fields of {packing.field} bits, with the lowest "
        f"{packing.residue} of each sum but the first: every sum is found again",
        make=lambda: FieldsUnit(f"packed_{name}", packing),
        inputs={"sums": width * packing.fields},
        connections={"sums": "sums"},
        numbers=numbers,
        claims={
            f"sum {number} is found": f"found_{number} == sum_{number} || !({within})"
            for number in range(packing.fields)
        },
    )
