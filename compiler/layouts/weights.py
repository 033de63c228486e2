"""Weights as words of the weight memory, in the order in which the jobs of a record take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import ENTRY_BYTES
from lowtide.golden.number_formats.fitting.blocks import split_exponents
from lowtide.golden.pe import KINDS
from lowtide.golden.storage_formats import PLAIN, find
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

__all__ = ["PackedWeights", "pack_weights", "stored_bits"]


@dataclass(frozen=True, kw_only=True, eq=False)
class PackedWeights:
    """Weights of a record.

    Parameters
    ----------
    words : ndarray of uint8 [words, bytes of a word]
    packing : int
        The record's ``weight_packing``.
    codebook : ndarray of uint8 [units, 8], or None
        One book as LOAD moves it: signed 16-bit entries, four a unit.
    """

    words: NDArray[np.uint8]
    packing: int
    codebook: NDArray[np.uint8] | None


def stored_bits(config: AcceleratorConfig, mode: Mode) -> int:
    """Bits that a weight needs in memory: of its code, or of the integer."""
    stored = find(mode.w_format)
    planes = KINDS[config.array.kind].plane_pairs(mode, config.array)
    return 1 if planes else stored.stored_bits(mode.w_bits)


def pack_weights(
    integers: NDArray[np.integer], config: AcceleratorConfig, mode: Mode, *, packing: int | None = None
) -> PackedWeights:
    """The words of the weights of all jobs.

    Parameters
    ----------
    integers : ndarray of int [tiles, chunks, values, columns]
        What the array multiplies with; values of a chunk are 1 in a diagonal mode.
    config : AcceleratorConfig
    mode : Mode
    packing : int, optional
        As of the record. If left out, the densest that the weights fit; 0 with exponents, which the beats of a word
        share.

    Returns
    -------
    PackedWeights

    Raises
    ------
    ValueError
        For integers that the mode's format, bits or exponents do not have, and for a packing that does not hold them.
    """
    element, needed = config.array.element_bits("w", mode), stored_bits(config, mode)
    if packing is None and mode.group_exponent:
        packing = 0
    elif packing is None:
        packing = max(places for places in range(3) if element >> places >= needed or not places)
    if not 0 <= packing <= 2 or element >> packing < needed:
        raise ValueError(f"weight_packing is {packing}, weights of {needed} bits do not fit {element} bits so often")
    codes, exponents, book = _codes(integers, config, mode, shared=1 << packing)
    tiles, chunks, values, columns = codes.shape
    pairs = KINDS[config.array.kind].plane_pairs(mode, config.array)
    if pairs:
        codes = np.stack([codes >> w & 1 for _, w in pairs], axis=1)  # [tiles, passes, chunks, values, columns]
    beats = codes.reshape(-1, values, columns).swapaxes(1, 2)  # [beats, columns, values]
    together = 1 << packing
    beats = np.concatenate([beats, np.zeros((-len(beats) % together, columns, values), beats.dtype)])
    narrow, payload = element >> packing, config.array.payload_bits("w")
    bits = np.zeros((len(beats) // together, columns, payload), np.uint8)
    for place in range(together):
        part = beats[place::together]
        for bit in range(narrow):
            first = place * narrow + bit
            bits[..., first : values * element : element] = (part >> bit & 1)[..., :values]
    if exponents is not None:
        shared = exponents.reshape(-1, columns)
        shared = np.concatenate([shared, np.zeros((-len(shared) % together, columns), shared.dtype)])[::together]
        inside = payload - config.array.exponent_width("w")
        bits[..., inside:] = shared[..., None] >> np.arange(payload - inside) & 1
    whole = np.zeros((len(bits), 8 * config.weight_word_bytes), np.uint8)
    whole[:, : columns * payload] = bits.reshape(len(bits), -1)
    return PackedWeights(words=np.packbits(whole, axis=-1, bitorder="little"), packing=packing, codebook=book)


def _codes(
    integers: NDArray[np.integer], config: AcceleratorConfig, mode: Mode, *, shared: int
) -> tuple[NDArray[np.integer], NDArray[np.integer] | None, NDArray[np.uint8] | None]:
    """Codes of the shape of the integers, exponents [tiles, chunks, columns] or None, codebook or None.

    ``shared`` beats of a word have one exponent.
    """
    stored = find(mode.w_format)
    tiles, chunks, values, columns = integers.shape
    exponents = None
    if mode.group_exponent:
        _, high = stored.decoded_range(mode.w_bits, mode.w_signed)
        beats = integers.reshape(-1, values, columns)
        beats = np.concatenate([beats, np.zeros((-len(beats) % shared, values, columns), beats.dtype)])
        split, up = split_exponents(
            beats.reshape(-1, columns).astype(np.int32), shared * values, config.array.exponent_bits, high
        )
        integers = split[: tiles * chunks * values].reshape(integers.shape)
        exponents = np.repeat(up, shared, axis=0)[: tiles * chunks].reshape(tiles, chunks, columns)
    codes, table = stored.codes_of(integers)
    if stored == PLAIN:
        low, high = stored.decoded_range(mode.w_bits, mode.w_signed)
        if codes.size and not low <= codes.min() <= codes.max() <= high:
            raise ValueError(f"weights are {codes.min()} to {codes.max()}, allowed in this mode are {low} to {high}")
    book = None
    if table is not None:
        entries = np.zeros(-(-table.size // 4) * 4, "<i2")
        entries[: table.size] = table
        book = entries.view(np.uint8).reshape(-1, ENTRY_BYTES)
    return codes, exponents, book
