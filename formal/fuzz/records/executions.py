"""EXEC records whose fields are random, and legal: atoms lie in memory, none is written twice or also read."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lowtide.common.records.entries import Parameter, Tap
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.golden.machine import Interpreter
from lowtide.golden.machine.configuration import element_sizes, plane_bits
from lowtide.golden.machine.nest import Nest
from lowtide.golden.machine.sums import results
from lowtide.golden.pe import KINDS
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

__all__ = ["Atoms", "atoms_of", "random_exec", "random_parameters", "random_taps", "weight_words"]


@dataclass(frozen=True)
class Atoms:
    """The atoms that a record touches, addresses from the bases that it states, each int64 of one dimension."""

    inputs: NDArray[np.int64]
    outputs: NDArray[np.int64]
    operands: NDArray[np.int64]

    @property
    def is_legal(self) -> bool:
        """Whether none is written twice, or written and read."""
        read = np.concatenate([self.inputs, self.operands])
        return len(np.unique(self.outputs)) == len(self.outputs) and not np.isin(self.outputs, read).any()


def random_taps(rng: np.random.Generator, count: int, row_pitch: int) -> list[Tap]:
    """Taps of a window of a picture, or anywhere."""
    if rng.random() < 0.7:
        places = [(int(dy), int(dx)) for dy, dx in rng.integers(-2, 3, (count, 2))]
        return [Tap(offset=dy * row_pitch + dx, dy=dy, dx=dx) for dy, dx in places]
    places = [(int(dy), int(dx)) for dy, dx in rng.integers(-3, 4, (count, 2))]
    return [Tap(offset=int(rng.integers(-40, 41)), dy=dy, dx=dx) for dy, dx in places]


def random_exec(rng: np.random.Generator, config: AcceleratorConfig, mode: Mode) -> tuple[Exec, list[Tap]]:
    """A record without bases, limits and parameters, and its taps. Its source is the array in ``mode``, or vector."""
    array = config.array
    values = array.values_per_beat(mode)
    vector = "vector" in config.post and rng.random() < 0.25
    planes = KINDS[array.kind].plane_pairs(mode, array)
    taps = int(rng.integers(1, 4 if planes else 10))
    blocks = 1 if vector else int(rng.integers(1, 3 if planes else 4))
    tiles, rows, width = int(rng.integers(1, 4)), int(rng.integers(1, 5)), int(rng.integers(1, 2 * config.rows + 3))
    size = rng.random()  # one of them is large now and then
    if size < 0.1:
        rows, width, tiles = 1, int(rng.integers(1, config.rows + 1)), int(rng.integers(4, 40))
    elif size < 0.15:
        rows, width, tiles, taps = int(rng.integers(1, 40)), int(rng.integers(1, 8)), 1, min(taps, 2)
    elif size < 0.2:
        rows, width, tiles, taps = 1, int(rng.integers(1, 200)), 1, min(taps, 2)
    elif size < 0.25 and not planes:
        rows, width, tiles, taps = 1, int(rng.integers(1, 5)), 1, int(rng.integers(1, config.taps + 1))
    columns = int(rng.integers(1, array.cols + 1)) if rng.random() < 0.4 else array.cols
    row_pitch = width + config.rows * int(rng.integers(2)) if rng.random() < 0.6 else int(rng.integers(0, width + 9))
    column_step = 1 if rng.random() < 0.7 else int(rng.integers(-3, 4))
    in_bits = int(rng.choice(element_sizes(config)))
    fields: dict[str, Any] = dict(
        mode=mode.word(),
        chunks=taps * blocks,
        tail=rng.integers(min(64, config.atom_bits // in_bits)) if vector else rng.integers(values),
        source=Source(int(rng.integers(1, 3))) if vector else Source.ENGINE,
        in_signed=rng.integers(2),
        in_bits=in_bits,
        weight_packing=rng.integers(1 + min(2, array.element_bits("w", mode).bit_length() - 1)),
        taps=taps,
        blocks=blocks,
        block_step=_step(rng, config),
        plane_step=_step(rng, config),
        tiles=tiles,
        tile_columns=columns,
        tiles_per_step=rng.integers(1, max(4, tiles)),
        tile_step=_step(rng, config) if tiles < 4 else rng.integers(-6, 7),
        out_rows=rows,
        out_columns=width,
        in_rows=_edge(rng, rows),
        in_columns=_edge(rng, width),
        stride_y=rng.choice([1, 1, 1, 0, 2, int(rng.integers(16))]),
        stride_x=rng.choice([1, 1, 1, 0, 3, int(rng.integers(16))]),
        padding=rng.integers(1 << 16),
        in_row_step=row_pitch,
        in_column_step=column_step,
    )
    channels = int(rng.integers(1, 14 if size >= 0.1 else (1 if vector else config.cols) * tiles + 2))
    output = _output(rng, config, rows, width, channels)
    if config.top_k and not output["out_planes"] and rng.random() < 0.15:
        fields |= dict(out_rows=1, out_columns=1)
        channels = int(rng.integers(1, 1 << int(rng.integers(2, 15 if vector else 6))))
        output |= dict(top_k=int(rng.integers(1, config.top_k + 1)), out_channels=channels)
    record = Exec(**fields, **output)
    return replace(record, **_operand(rng, config, record)), random_taps(rng, taps, row_pitch)


def _step(rng: np.random.Generator, config: AcceleratorConfig) -> int:
    """Atoms from one to the next, now and then many."""
    most = 60 if rng.random() < 0.7 else config.feature_atoms // 3
    return int(rng.integers(-most, most + 1))


def _edge(rng: np.random.Generator, size: int) -> int:
    """Rows or columns of input pixels for so many of output pixels, now and then any number."""
    return int(size + rng.integers(3) if rng.random() < 0.85 else rng.integers(1, 1 << int(rng.integers(1, 15))))


def _output(
    rng: np.random.Generator, config: AcceleratorConfig, rows: int, columns: int, channels: int
) -> dict[str, Any]:
    """Fields of an output, whose pitches leave no two values in one place."""
    in_planes = plane_bits(config) > 0 and rng.random() < 0.6
    bits = int(rng.integers(1, plane_bits(config) + 1)) if in_planes else int(rng.choice(element_sizes(config)))
    values = int(rng.integers(1, min(64, config.atom_bits // (1 if in_planes else bits)) + 1))
    apart = int(rng.choice([1, 1, 2, 2, 3, 4]))
    stored = -(-columns // apart)
    row_step = stored + int(rng.integers(4)) if rng.random() < 0.5 else stored
    part = row_step * -(-rows // apart)
    half = (config.rows // 2 - part) % config.rows if rng.random() < 0.7 else int(rng.integers(4))
    column_phase = part + half
    row_phase = apart * column_phase + int(rng.integers(3))
    picture = apart * row_phase
    return dict(
        out_row_step=row_step,
        out_row_phase=row_phase,
        out_column_phase=column_phase,
        out_apart=apart,
        out_block_step=picture + rng.integers(3),
        out_plane_step=(picture + 3) * -(-channels // values),
        out_channels=channels,
        out_bits=bits,
        out_values=values,
        out_planes=int(in_planes),
        out_signed=rng.integers(2),
    )


def _operand(rng: np.random.Generator, config: AcceleratorConfig, record: Exec) -> dict[str, Any]:
    """Fields of a second tensor, and of what else is behind the requantiser, as far as it is built."""
    built = {Operand.ADD: "operand", Operand.PRODUCT: "product"}
    choices = [what for what, part in built.items() if part in config.post and not record.out_planes]
    what = choices[rng.integers(len(choices))] if choices and rng.random() < 0.4 else Operand.NONE
    found: dict[str, Any] = dict(
        zero=_number(rng, 40),
        table="table" in config.post and rng.random() < 0.2,
        top_terms=rng.integers(1, rng.choice([5, 16])) if "top_terms" in config.post and rng.random() < 0.2 else 0,
    )
    found["table"] = int(found["table"])
    if "measure" in config.post:
        found["measure"] = int(rng.random() < 0.4)
    if what != Operand.NONE:
        multipliers = rng.integers(1 << config.multiplier_bits, size=2)
        ends = _number(rng, 300), _number(rng, 300)
        found |= dict(
            operand=what,
            operand_row_step=record.out_columns + rng.integers(4),
            operand_block_step=_step(rng, config),
            operand_zero=_number(rng, 200),
            operand_signed=rng.integers(2),
            own_multiplier=multipliers[0],
            operand_multiplier=multipliers[1],
            operand_shift=config.multiplier_bits + rng.integers(9),
            low2=min(ends),
            high2=max(ends),
        )
    return found


def _number(rng: np.random.Generator, usual: int) -> int:
    """A number of 16 bits, most often of this size."""
    most = usual if rng.random() < 0.7 else (1 << 15) - 1
    return int(rng.integers(-most, most + 1))


def weight_words(record: Exec, config: AcceleratorConfig, mode: Mode) -> int:
    """Words of the weight memory that a record reads."""
    pairs = KINDS[config.array.kind].plane_pairs(mode, config.array)
    beats = record.tiles * record.chunks * (1 if pairs is None else len(pairs))
    return -(-beats >> record.weight_packing)


def atoms_of(record: Exec, machine: Interpreter, mode: Mode) -> Atoms:
    """The atoms that a record touches; its taps are in the tap memory."""
    config = machine.machine
    nest = Nest.of(record, machine.memories)
    if record.source != Source.ENGINE:
        channels, further = record.out_channels, [0]
        blocks = -(-channels // (record.tail + 1))
    else:
        channels, blocks = min(record.tiles * record.tile_columns, record.out_channels), record.blocks
        planes = {x for x, _ in KINDS[config.array.kind].plane_pairs(mode, config.array) or [(0, 0)]}
        further = [
            step * record.tile_step + plane * record.plane_step
            for step in range(-(-record.tiles // record.tiles_per_step))
            for plane in planes
        ]
    read = [nest.addresses(blocks, each)[nest.valid].ravel() for each in further]
    out_blocks = -(-channels // record.out_values)
    written_blocks = -(-(2 * record.top_k or channels) // record.out_values)
    written = [
        (nest.outputs(written_blocks) + plane * record.out_plane_step).ravel()
        for plane in range(record.out_bits if record.out_planes else 1)
    ]
    operands = nest.operands(out_blocks).ravel() if record.operand else np.zeros(0, np.int64)
    return Atoms(np.concatenate(read), np.concatenate(written), operands)


def random_parameters(
    rng: np.random.Generator, record: Exec, machine: Interpreter
) -> tuple[list[Parameter], dict[str, int]]:
    """Parameters that bring a record's results into the range of its codes or somewhat beyond, and the limits. Errors
    as of `lowtide.golden.machine.sums.results`."""
    sums = results(record, machine.machine, machine.memories, Nest.of(record, machine.memories))
    width = machine.machine.multiplier_bits
    count = sums.shape[1] if record.parameter_step else 1
    found = []
    for _ in range(count):
        multiplier = int(rng.integers(1 << width))
        reach = int(np.abs(sums).max()).bit_length() + multiplier.bit_length() - record.out_bits
        bias = int(rng.integers(-(1 << 30), 1 << 30)) >> int(rng.integers(31))
        found.append(
            Parameter(bias=bias, multiplier=multiplier, shift=min(63, max(0, reach + int(rng.integers(-2, 4)))))
        )
    ends = np.sort(rng.integers(-(1 << record.out_bits), 1 << record.out_bits, 2)).clip(-(1 << 15), (1 << 15) - 1)
    return found, dict(low=int(ends[0]), high=int(ends[1]))
