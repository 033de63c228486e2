"""Records of post-processing at random, with everything that they meet."""

from dataclasses import dataclass, field

import numpy as np

from lowtide.common.records.entries import Parameter
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.memory.atoms import element_sizes
from lowtide.hw.memory.ports import shuffled
from lowtide.hw.post.elements import planes


def machine(name, array, **fields):
    """A small accelerator around an array of these fields."""
    array = ArrayConfig(name=f"array_{name}", **array)
    return AcceleratorConfig(name=name, array=array, **dict(parameters=16, taps=16, feature_bytes=1 << 12) | fields)


@dataclass
class Group:
    """Pixels of a group: atom addresses of its rows in the output and in the operand."""

    out: list[int]
    operand: list[int]
    results: np.ndarray  #: of each column [columns, R]
    beats: list[list[tuple[np.ndarray, list[bool]]]] = field(default_factory=list)  #: of each channel, each tap


@dataclass
class Case:
    """A record with everything that it meets."""

    record: Exec
    groups: list[Group]
    parameters: list[Parameter]
    table: np.ndarray
    operand: dict[int, int]


def fitting(rng, config):
    """Bits and values of an atom, and whether it has them in planes."""
    if planes(config) and rng.random() < 0.5:
        return int(rng.integers(1, planes(config) + 1)), int(rng.integers(1, min(config.atom_bits, 64) + 1)), 1
    bits = int(rng.choice(element_sizes(config)))
    return bits, int(rng.integers(1, min(config.atom_bits // bits, 64) + 1)), 0


def addresses(rng, config, count, shuffle, *, beyond=0.0):
    """Of the rows of a group: banks as the rows have them, any word; beyond the memory at a chance."""
    rows, bank = config.rows, int(rng.integers(config.rows))
    places = [shuffled(row, rows) if shuffle else row for row in range(rows)]
    words = rng.integers(config.bank_atoms, size=rows) + config.bank_atoms * (rng.random(rows) < beyond)
    return [int(words[row]) * rows + (bank + places[row]) % rows for row in range(count)]


def random_case(config, rng, *, source=Source.ENGINE, **chosen):
    """A legal record for a configuration, fields as ``chosen`` where they are."""
    bits, values, in_planes = fitting(rng, config)
    in_bits = int(rng.choice(element_sizes(config)))
    multipliers = 1 << config.multiplier_bits
    limits = [limits_of(rng) for _ in range(2)]
    operands = [Operand.NONE]
    operands += [Operand.ADD] * ("operand" in config.post and not in_planes)
    operands += [Operand.PRODUCT] * ("product" in config.post and not in_planes)
    operand = operands[rng.integers(len(operands))]
    own, other = (int(rng.integers(multipliers)) for _ in range(2))
    kept = own.bit_length() + bits * (operand == Operand.PRODUCT) - int(rng.integers(4))  # so that values stay values
    steps = ("out_block_step", "out_plane_step", "operand_block_step")
    fields = dict(
        source=source,
        tiles=int(rng.integers(1, 4)),
        tile_columns=int(rng.integers(1, config.cols + 1)),
        taps=int(rng.integers(1, 5)),
        out_channels=int(rng.integers(1, 2 * config.cols + 2)),
        in_signed=int(rng.integers(2)),
        in_bits=in_bits,
        tail=int(rng.integers(min(config.atom_bits // in_bits, 64))),
        padding=int(rng.integers(1 << 16)),
        out_apart=int(rng.integers(1, 4)),
        out_bits=bits,
        out_values=values,
        out_planes=in_planes,
        out_signed=int(rng.integers(2)),
        operand=operand,
        operand_zero=int(rng.integers(-(1 << 15), 1 << 15)) if rng.random() < 0.2 else 3,
        operand_signed=int(rng.integers(2)),
        own_multiplier=own,
        operand_multiplier=other,
        operand_shift=max(kept, 0) if rng.random() < 0.8 else int(rng.integers(64)),
        low=limits[0][0],
        high=limits[0][1],
        low2=limits[1][0],
        high2=limits[1][1],
        zero=int(rng.integers(-(1 << 15), 1 << 15)) if rng.random() < 0.2 else 5,
        parameter_base=int(rng.integers(config.parameters // 2)),
        parameter_step=int(rng.integers(2)),
        table=int("table" in config.post and rng.random() < 0.4),
        top_terms=int(rng.integers(6)) if "top_terms" in config.post and bits > 1 else 0,
        measure=int("measure" in config.post and rng.random() < 0.7),
        top_k=int(rng.integers(1, config.top_k + 1)) if config.top_k and not in_planes and rng.random() < 0.3 else 0,
        **{step: int(rng.integers(-(1 << 23), 1 << 23)) for step in steps},
    )
    record = Exec(**fields | chosen)
    shuffle = record.out_apart == 2
    most = config.array.acc_width - 1
    size = int(rng.choice([7, min(most, 15), min(most, 22), min(most, 31), most]))  # bits of results without their sign
    parameters = [random_parameter(config, rng, size) for _ in range(config.parameters)]
    groups = []
    for _ in range(1 if record.top_k else int(rng.integers(1, 6))):
        count = 1 if record.top_k else int(rng.integers(1, config.rows + 1))
        group = Group(
            out=addresses(rng, config, count, shuffle, beyond=0.1),
            operand=addresses(rng, config, count, False, beyond=0.1),
            results=rng.integers(-(1 << size), 1 << size, size=(record.tiles * config.cols, config.rows)),
        )
        if source != Source.ENGINE:
            group.beats = [
                [
                    ([int(each) for each in atoms(rng, config)], (rng.random(config.rows) < 0.8).tolist())
                    for _ in range(record.taps)
                ]
                for _ in range(record.out_channels)
            ]
        groups.append(group)
    return Case(record, groups, parameters, rng.integers(-(1 << 15), 1 << 15, 256), Memory(rng, config.atom_bits))


def atoms(rng, config):
    return [int.from_bytes(rng.bytes(config.atom_bytes), "little") for _ in range(config.rows)]


class Memory(dict):
    """Atoms by address, at random where nothing was said."""

    def __init__(self, rng, bits):
        self.rng, self.bits = rng, bits

    def __missing__(self, address):
        self[address] = int.from_bytes(self.rng.bytes(self.bits // 8), "little")
        return self[address]


def limits_of(rng):
    """Two limits in order, mostly the widest."""
    if rng.random() < 0.7:
        return -(1 << 15), (1 << 15) - 1
    return sorted(int(each) for each in rng.integers(-(1 << 15), 1 << 15, 2))


def random_parameter(config, rng, size):
    """Mostly one that makes values of 6 to 16 bits of results of ``size`` bits."""
    multiplier = int(rng.integers(1 << config.multiplier_bits)) >> int(rng.choice([0, 0, rng.integers(24)]))
    kept = min(size, 31) + multiplier.bit_length() - int(rng.integers(6, 17))
    shift = max(kept, 0) if rng.random() < 0.8 else int(rng.integers(64))
    size = min(size, 30)
    return Parameter(bias=int(rng.integers(-(1 << size), 1 << size)), multiplier=multiplier, shift=shift)
