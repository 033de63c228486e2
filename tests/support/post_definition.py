"""What records of post-processing write, by the definition of EXEC: NumPy over [channels, rows of a group]."""

from dataclasses import dataclass

import numpy as np

from lowtide.common.ranges import operand_range
from lowtide.common.records.execute import Operand, Source
from lowtide.golden.reveal import top_terms


def extended(bits, width, is_signed):
    """Codes of ``width`` bits as integers."""
    bits = np.asarray(bits, np.int64) & (1 << width) - 1
    return bits - ((bits >> width - 1 & is_signed) << width)


def wrapped(values):
    return extended(values, 32, 1)


def divided(values, shift):
    """``floor(values / 2^shift + 1/2)``, for values below 2^62."""
    places = np.asarray(shift, np.int64)
    half = np.where(places > 0, np.int64(1) << np.maximum(places - 1, 0), 0)
    return np.asarray(values, np.int64) + half >> places


def accumulated(config, case, group):
    """A of each channel that is written, [channels, R]."""
    record = case.record
    if record.source == Source.ENGINE:
        tiles = group.results.reshape(record.tiles, config.cols, config.rows)[:, : record.tile_columns]
        return wrapped(tiles.reshape(-1, config.rows)[: record.out_channels])
    found = []
    for channel, taps in enumerate(group.beats):
        place = channel % (record.tail + 1) * record.in_bits
        codes = [
            [atom >> place if inside else record.padding for atom, inside in zip(*tap, strict=True)] for tap in taps
        ]
        values = np.array(
            [[int(extended(each & 0xFFFF, record.in_bits, record.in_signed)) for each in row] for row in codes]
        )
        found.append(values.max(axis=0) if record.source == Source.VECTOR_MAX else values.sum(axis=0))
    return np.array(found)


def operand_of(config, case, group, channels):
    """B of each channel and row, and whether it is in the memory, 0 where not: [channels, R] each."""
    record, found = case.record, np.zeros((channels, config.rows), np.int64)
    known = np.ones((channels, config.rows), bool)
    for channel in range(channels):
        block, place = divmod(channel, record.out_values)
        for row, start in enumerate(group.operand):
            address = (start + block * record.operand_block_step) % (2 * config.feature_atoms)
            if address < config.feature_atoms:
                bits = case.operand[address] >> place * record.out_bits & (1 << record.out_bits) - 1
                found[channel, row] = extended(bits, record.out_bits, record.operand_signed)
            else:
                known[channel, row] = False
    return found, known


def codes_of(config, case, group):
    """Codes of each channel that is written, where a sum left 32 bits, where a code is defined; [channels, R]."""
    record = case.record
    results = accumulated(config, case, group)
    numbers = [record.parameter_base + record.parameter_step * n for n in range(len(results))]
    entries = [case.parameters[number % config.parameters] for number in numbers]
    bias, multiplier, shift = (
        np.array([[getattr(each, name)] for each in entries], np.int64) for name in ("bias", "multiplier", "shift")
    )
    total = results + bias
    values = divided(wrapped(total) * multiplier, shift)
    values, known = np.clip(values, record.low, record.high), np.ones(values.shape, bool)
    if record.operand:
        other, known = operand_of(config, case, group, len(results))
        other = other - record.operand_zero
        if record.operand == Operand.ADD:
            second = values * record.own_multiplier + other * record.operand_multiplier
        else:
            second = values * other * record.own_multiplier
        values = np.clip(divided(second, record.operand_shift), record.low2, record.high2)
    codes = values + record.zero
    if record.table:
        codes = case.table[codes & 255]
    codes = extended(codes, record.out_bits, record.out_signed)
    if record.top_terms:
        codes = top_terms(codes, record.top_terms, bits=record.out_bits, signed=bool(record.out_signed))
        codes = np.clip(codes, *operand_range(record.out_bits, bool(record.out_signed)))
    return codes & (1 << record.out_bits) - 1, total != wrapped(total), known


def largest_of(record, codes, overflow, known):
    """Codes and channels in turn that a record of one pixel writes, the same of a sum that left 32 bits anywhere, and
    of a code that is not defined; [2 k, R] each, of which only row 0 counts."""
    values = [int(each) for each in extended(codes[:, 0], record.out_bits, record.out_signed)]
    best = sorted(range(len(values)), key=lambda n: -values[n])[: record.top_k]
    shown = np.zeros((2 * record.top_k, codes.shape[1]), np.int64)
    shown[: 2 * len(best), 0] = [each for n in best for each in (values[n], n)]
    flags = [np.full(shown.shape, flag) for flag in (overflow[:, 0].any(), known[:, 0].all())]
    return shown & (1 << record.out_bits) - 1, *flags


def extremes_of(config, case):
    """The smallest and the largest sum of the rows that have a pixel, 0 where they are not measured; None where one
    left 32 bits."""
    record, found = case.record, []
    for group in case.groups:
        results = accumulated(config, case, group)[:, : len(group.out)]
        numbers = [record.parameter_base + record.parameter_step * n for n in range(len(results))]
        found.append(results + np.array([[case.parameters[n % config.parameters].bias] for n in numbers]))
    sums = np.concatenate([each.ravel() for each in found])
    if not record.measure:
        return 0, 0
    return None if (sums != wrapped(sums)).any() else (sums.min(), sums.max())


@dataclass
class Written:
    """One write: atoms by address, None where the operand was beyond the memory; whether a row is beyond it, its own or
    its operand's; whether a sum of a row that counts left 32 bits."""

    atoms: dict[int, int | None]
    beyond: bool
    overflow: bool


def written(config, case):
    """Every write of a record, in order."""
    record, found = case.record, []
    for group in case.groups:
        codes, overflow, known = codes_of(config, case, group)
        if record.top_k:
            codes, overflow, known = largest_of(record, codes, overflow, known)
        for block, first in enumerate(range(0, len(codes), record.out_values)):
            part = codes[first : first + record.out_values]
            lost = bool(overflow[first : first + record.out_values, : len(group.out)].any())
            sure = known[first : first + record.out_values].all(axis=0)
            for plane in range(record.out_bits if record.out_planes else 1):
                beyond = not (known if record.top_k else sure)[..., : len(group.out)].all()
                write = Written({}, bool(beyond), lost and plane == 0)
                for row, start in enumerate(group.out):
                    offset = block * record.out_block_step + plane * record.out_plane_step
                    address = (start + offset) % (2 * config.feature_atoms)
                    if address >= config.feature_atoms:
                        write.beyond = True
                        continue
                    column = [int(each) for each in part[:, row]]
                    if record.out_planes:
                        atom = sum((code >> plane & 1) << place for place, code in enumerate(column))
                    else:
                        atom = sum(code << place * record.out_bits for place, code in enumerate(column))
                    write.atoms[address] = atom if sure[row] else None
                found.append(write)
    return found
