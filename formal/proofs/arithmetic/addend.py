"""What proofs of one cycle share: a PE's operands taken apart into inputs, and its addend beside a definition."""

from collections.abc import Callable, Mapping
from typing import Any

from amaranth.hdl import Shape
from amaranth.lib import data

from lowtide.hw import ArrayConfig
from lowtide.hw.logic.unit import Unit
from lowtide.hw.pe.control_bits import control_layout
from lowtide.hw.pe.operands import operand_shape

from ..proof import Case, Numbers, Proof
from .units import AddendUnit

__all__ = ["booth_digit", "fields", "operands", "proof_of_addend"]


def booth_digit(one: str, two: str, negative: str) -> str:
    """A Booth digit in Verilog, signed."""
    return f"({negative} ? -$signed({{1'b0, {two}, {one}}}) : $signed({{1'b0, {two}, {one}}}))"


def operands(config: ArrayConfig, replaced: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """A PE's control bits and operands as inputs of a proof, taken apart: ``west_0``, ``north_1_index``,
    ``control_plane``.

    Parameters
    ----------
    config : ArrayConfig
        Whose PE.
    replaced : mapping of str to str
        Verilog in the place of some of these inputs.

    Returns
    -------
    inputs : dict of str to int
        Their widths.
    connections : dict of str to str
        The ports ``control``, ``west`` and ``north`` made of them.
    """
    inputs: dict[str, int] = {}
    connections: dict[str, str] = {}
    for port, shape in (
        ("control", control_layout(config)),
        ("west", operand_shape(config, "x")),
        ("north", operand_shape(config, "w")),
    ):
        parts = fields(shape, port)
        inputs |= {name: bits for name, bits in parts.items() if name not in replaced}
        connections[port] = f"{{{', '.join(replaced.get(name, name) for name in reversed(parts))}}}"
    return inputs, connections


def proof_of_addend(
    config: ArrayConfig,
    statement: str,
    *,
    numbers: Numbers,
    expected: str,
    width: int,
    assumed: str = "1'b1",
    cases: tuple[Case, ...] = ({},),
    inputs: dict[str, int] | None = None,
    partial: tuple[str, ...] = (),
    replaced: Mapping[str, str] | None = None,
    fast: bool = True,
    make: Callable[[], Unit] | None = None,
) -> Proof:
    """A proof about an :class:`~lowtide.formal.proofs.arithmetic.units.AddendUnit` with the inputs of :func:`operands`.

    Parameters
    ----------
    config : ArrayConfig
        Whose PE.
    statement : str
        What the addend is, for people.
    numbers : dict of str to (int, str)
        What the definition is made of.
    expected, width : str, int
        The definition in Verilog, and its bits.
    assumed : str
        What the operands of a PE fulfil, in Verilog.
    inputs : dict of str to int
        Further inputs.
    replaced : mapping of str to str
        Verilog in the place of some of the operands.
    make
        Returns another unit with the same ports.
    cases, partial, fast
        See :class:`lowtide.formal.proofs.proof.Proof`.
    """
    of_operands, connections = operands(config, replaced or {})
    return Proof(
        name=f"{config.name}_addend",
        statement=f"`{config.kind}`, one cycle, {statement}",
        make=make or (lambda: AddendUnit(config)),
        inputs=(inputs or {}) | of_operands,
        connections=connections,
        numbers=numbers | {"expected": (width, expected)},
        claims={"the addend is what the operands mean": f"!({assumed}) || addend == expected"},
        cases=cases,
        partial=partial,
        fast=fast,
    )


def fields(shape: Any, name: str) -> dict[str, int]:
    """Names and widths of the fields of a layout, taken apart to the last, lowest first."""
    if not isinstance(shape, data.Layout):
        return {name: Shape.cast(shape).width}
    found: dict[str, int] = {}
    for key, member in shape:
        found |= fields(member.shape, f"{name}_{key}")
    return {part: bits for part, bits in found.items() if bits}
