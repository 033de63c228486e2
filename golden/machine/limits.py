"""What an EXEC record may state beyond the range of each field: what is built, and fields that must fit each other."""

from collections.abc import Iterator

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec, Operand, Source

from .configuration import AnyMachine, atom_bytes, element_sizes, plane_bits
from .mode_word import WORD_BITS

__all__ = ["check_exec"]


def check_exec(record: Exec, machine: AnyMachine) -> None:
    """MachineError, RANGE, for a record that the machine cannot run, whatever its memories hold."""
    for line in refusals(record, machine):
        raise MachineError(Error.RANGE, line)


def refusals(record: Exec, machine: AnyMachine) -> Iterator[str]:
    """What is wrong with a record, a line each."""
    vector, bits = record.source != Source.ENGINE, 8 * atom_bytes(machine)
    if record.mode >> WORD_BITS:
        yield f"mode is {record.mode:#x}, allowed are {WORD_BITS} bits"
    if record.chunks != record.taps * record.blocks:
        yield f"chunks is {record.chunks}, allowed is taps times blocks, {record.taps * record.blocks}"
    if vector and record.blocks != 1:
        yield f"blocks is {record.blocks}, allowed with a vector source is 1"
    if record.tile_columns > machine.array.cols:
        yield f"tile_columns is {record.tile_columns}, allowed are 1 to {machine.array.cols}"
    for is_used, part in (
        (vector, "vector"),
        (record.operand == Operand.ADD, "operand"),
        (record.operand == Operand.PRODUCT, "product"),
        (record.table, "table"),
        (record.top_terms, "top_terms"),
        (record.measure, "measure"),
    ):
        if is_used and part not in machine.post:
            yield f"{part} is used, but it is not built"
    sizes = element_sizes(machine)
    if vector and record.in_bits not in sizes:
        yield f"in_bits is {record.in_bits}, allowed are {', '.join(map(str, sizes))}"
    if record.out_planes and record.out_bits > plane_bits(machine):
        yield f"out_bits is {record.out_bits}, allowed in planes are up to {plane_bits(machine)}"
    if not record.out_planes and record.out_bits not in sizes:
        yield f"out_bits is {record.out_bits}, allowed are {', '.join(map(str, sizes))}"
    if vector and (record.tail + 1) * record.in_bits > bits:
        yield f"tail is {record.tail}, with values of {record.in_bits} bits an atom of {bits} bits holds fewer"
    of_value = 1 if record.out_planes else record.out_bits
    if record.out_values * of_value > bits:
        yield f"out_values is {record.out_values}, an atom of {bits} bits holds {bits // of_value}"
    if record.operand != Operand.NONE and record.out_planes:
        yield "out_planes is 1, allowed with an operand is 0"
    if record.top_k > machine.top_k:
        yield f"top_k is {record.top_k}, allowed are up to {machine.top_k}"
    if record.top_k and (record.out_rows, record.out_columns) != (1, 1):
        yield f"out_rows and out_columns are {record.out_rows} and {record.out_columns}, allowed with top_k are 1 and 1"
    if record.top_k and record.out_planes:
        yield "out_planes is 1, allowed with top_k is 0"
    for name in ("own_multiplier", "operand_multiplier"):
        if getattr(record, name) >> machine.multiplier_bits:
            yield f"{name} is {getattr(record, name)}, allowed are {machine.multiplier_bits} bits"
