"""What follows the results of EXEC: bias, multiplier and shift, limits, a second tensor, zero point, table, terms.

Of each result A of channel n, with ``round_shift(v, k) = floor(v / 2^k + 1/2)``::

    s    = A + bias[n]                                            A and s in 32 bits
    r    = clip(round_shift(s m[n], shift[n]), low, high)
    add:     r = clip(round_shift(r own + (B - zero_B) other, k), low2, high2)
    product: r = clip(round_shift(r (B - zero_B) own, k), low2, high2)
    code = r + zero, then through the table, then its largest terms
    with top_k: of all channels' codes the k largest, largest first, each followed by its channel
"""

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec, Operand
from lowtide.common.records.kinds import Memory

from ..checks import value_range
from ..reveal import top_terms
from .bits import fields, packed, signed
from .configuration import AnyMachine
from .memories import Memories
from .nest import Nest, checked

__all__ = ["codes_of", "sums_of", "write"]

SUM_BITS = 32


def sums_of(results: NDArray[np.int64], record: Exec, machine: AnyMachine, memories: Memories) -> NDArray[np.int64]:
    """s of every pixel and channel: what is requantised, and what a record with ``measure`` tells the extremes of.

    Parameters
    ----------
    results : ndarray of int64 [M, channels]
        A.

    Returns
    -------
    ndarray of int64 [M, channels]

    Raises
    ------
    MachineError
        OVERFLOW or ADDRESS.
    """
    bias, _, _ = parameters(record, machine, memories, results.shape[1])
    sums = signed(results, SUM_BITS) + bias
    wrapped = signed(sums, SUM_BITS)
    if (wrapped != sums).any():
        raise MachineError(Error.OVERFLOW, f"a sum is {sums[wrapped != sums][0]}, allowed are {SUM_BITS} bits")
    return sums


def codes_of(
    sums: NDArray[np.int64], record: Exec, machine: AnyMachine, memories: Memories, nest: Nest
) -> NDArray[np.int64]:
    """The codes that are written.

    Parameters
    ----------
    sums : ndarray of int64 [M, channels]
        s, see :func:`sums_of`.

    Returns
    -------
    ndarray of int64 [M, channels]
        Of which the low ``out_bits`` bits count; with ``top_k`` [M, 2 top_k].

    Raises
    ------
    MachineError
        ADDRESS.
    """
    channels = sums.shape[1]
    _, multiplier, shift = parameters(record, machine, memories, channels)
    r = _limited(_round_shift(sums * multiplier, shift), record.low, record.high)
    if record.operand != Operand.NONE:
        b = operand(record, memories, nest, channels) - record.operand_zero
        if record.operand == Operand.ADD:
            total = r * record.own_multiplier + b * record.operand_multiplier
        else:
            total = r * b * record.own_multiplier
        shifted = _round_shift(total, np.int64(record.operand_shift))
        r = _limited(shifted, record.low2, record.high2)
    codes = r + record.zero
    if record.table:
        table = fields(memories.local[Memory.TABLE], 0, 16, 4, 16).reshape(-1)
        codes = signed(table[codes & 255], 16)
    if record.top_terms:
        codes = _few_terms(codes, record)
    return _largest(codes, record) if record.top_k else codes


def parameters(
    record: Exec, machine: AnyMachine, memories: Memories, channels: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Bias, multiplier and shift of each channel, int64 [channels] or [1]."""
    count = channels if record.parameter_step else 1
    entries = memories.units(Memory.PARAMETER, record.parameter_base, count)
    words = entries.copy().view("<u8")[:, 0].astype(object)
    bias = signed(np.array([word & 0xFFFFFFFF for word in words], np.int64), 32)
    multiplier = np.array([word >> 32 & (1 << machine.multiplier_bits) - 1 for word in words], np.int64)
    return bias, multiplier, np.array([word >> 56 & 63 for word in words], np.int64)


def operand(record: Exec, memories: Memories, nest: Nest, channels: int) -> NDArray[np.int64]:
    """B, int64 [M, channels]."""
    atoms = checked(nest.operands(-(-channels // record.out_values)), memories, "operand")
    values = fields(memories.local[Memory.FEATURE][atoms], 0, record.out_bits, record.out_values, record.out_bits)
    codes = values.reshape(len(atoms), -1)[:, :channels].astype(np.int64)
    return signed(codes, record.out_bits) if record.operand_signed else codes


def write(codes: NDArray[np.int64], record: Exec, memories: Memories, nest: Nest) -> None:
    """Write codes [M, channels] to the output's atoms; values of a last atom beyond the channels are 0. MachineError,
    ADDRESS, beyond the feature memory."""
    feature = memories.local[Memory.FEATURE]
    pixels, channels = codes.shape
    blocks, size = -(-channels // record.out_values), feature.shape[1]
    whole = np.zeros((pixels, blocks * record.out_values), np.int64)
    whole[:, :channels] = codes
    whole = whole.reshape(pixels, blocks, record.out_values)
    atoms = nest.outputs(blocks)
    if not record.out_planes:
        feature[checked(atoms, memories, "output")] = packed(whole, record.out_bits, size)
        return
    for plane in range(record.out_bits):
        places = checked(atoms + plane * record.out_plane_step, memories, "output")
        feature[places] = packed(whole >> plane, 1, size)


def _round_shift(values: NDArray[np.int64], shift: NDArray[np.int64] | np.int64) -> NDArray[np.int64]:
    """``floor(values / 2^shift + 1/2)``, shift 0 to 63, values of fewer than 62 bits."""
    half = np.where(shift > 0, np.int64(1) << np.maximum(shift - 1, 0), 0)
    return values + half >> shift


def _limited(values: NDArray[np.int64], low: int, high: int) -> NDArray[np.int64]:
    return np.minimum(np.maximum(values, low), high)


def _largest(codes: NDArray[np.int64], record: Exec) -> NDArray[np.int64]:
    """The largest codes of each pixel with their channels in turn, of equal ones the lowest channel first; 0 and 0
    where there are no more channels."""
    bits = record.out_bits
    values = signed(codes, bits) if record.out_signed else codes & (1 << bits) - 1
    order = np.argsort(-values, axis=1, kind="stable")[:, : record.top_k]
    pairs = np.zeros((len(codes), record.top_k, 2), np.int64)
    pairs[:, : order.shape[1], 0] = np.take_along_axis(values, order, axis=1)
    pairs[:, : order.shape[1], 1] = order
    return pairs.reshape(len(codes), -1)


def _few_terms(codes: NDArray[np.int64], record: Exec) -> NDArray[np.int64]:
    """The largest HESE terms of each code, in the range of the element."""
    bits, is_signed = record.out_bits, bool(record.out_signed)
    values = signed(codes, bits) if is_signed else codes & (1 << bits) - 1
    if bits > 1:
        values = top_terms(values, record.top_terms, encoding="hese", bits=bits, signed=is_signed).astype(np.int64)
    return np.clip(values, *value_range(bits, is_signed))
