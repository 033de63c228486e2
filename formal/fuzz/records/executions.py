"""EXEC records whose fields are random: what they read and write fits the feature memory, wherever it is put there."""

from typing import Any

import numpy as np

from lowtide.common.records.entries import Tap
from lowtide.common.records.execute import Exec, Source
from lowtide.golden.machine.configuration import element_sizes, plane_bits
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from .atoms import passes_of
from .results import second_tensor
from .shapes import Shape, random_shape

__all__ = ["BASES", "STEPS", "anywhere", "random_exec", "random_taps"]

BASES = ("in_base", "out_base", "operand_base")
STEPS = (
    *("in_row_step", "in_column_step", "block_step", "plane_step", "tile_step"),
    *("out_row_step", "out_row_phase", "out_column_phase", "out_block_step", "out_plane_step"),
    *("operand_row_step", "operand_block_step"),
)
ADDRESS_BITS = 24  #: of both


def random_taps(rng: np.random.Generator, count: int, row_pitch: int) -> list[Tap]:
    """Taps of a window of a picture, or anywhere: near, or as far as their fields can say."""
    which = rng.random()
    if which < 0.65:
        places = [(int(dy), int(dx)) for dy, dx in rng.integers(-2, 3, (count, 2))]
        return [Tap(offset=dy * row_pitch + dx, dy=dy, dx=dx) for dy, dx in places]
    low, end = (-3, 4) if which < 0.9 else (-128, 128)
    places = [(int(dy), int(dx)) for dy, dx in rng.integers(low, end, (count, 2))]
    return [Tap(offset=int(rng.integers(-40, 41)), dy=dy, dx=dx) for dy, dx in places]


def random_exec(rng: np.random.Generator, config: AcceleratorConfig, mode: Mode) -> tuple[Exec, list[Tap]]:
    """A record without bases, limits and parameters, and its taps. Its source is the array in ``mode``, or vector."""
    array, atoms = config.array, config.feature_atoms
    values, passes = array.values_per_beat(mode), passes_of(config, mode)
    vector = "vector" in config.post and rng.random() < 0.25
    packing = int(rng.integers(1 + min(2, array.element_bits("w", mode).bit_length() - 1)))
    shape = random_shape(rng, config, vector=vector, beats=config.weight_words << packing, passes=passes)
    in_bits = int(rng.choice(element_sizes(config)))
    most_values = min(64, config.atom_bits // in_bits) if vector else values
    long = vector and shape.largest and shape.channels > atoms  # as many values as there is room for
    tail, room = (most_values - 1, atoms * 3 // 4) if long else (int(rng.integers(most_values)), atoms // 2)
    output = _output(rng, config, shape)
    channels = min(output["out_channels"], (tail + 1) * room) if vector else output["out_channels"]
    output["out_channels"] = channels
    blocks = -(-channels // (tail + 1)) if vector else shape.blocks
    tiles_per_step = int(rng.integers(1, max(4, shape.tiles) if rng.random() < 0.8 else 1 << 12))
    row_step = _row_step(rng, config, shape)
    fields: dict[str, Any] = dict(
        mode=mode.word(),
        chunks=shape.taps if vector else shape.taps * shape.blocks,
        tail=tail,
        source=Source(int(rng.integers(1, 3))) if vector else Source.ENGINE,
        in_signed=rng.integers(2),
        in_bits=in_bits,
        weight_packing=packing,
        taps=shape.taps,
        blocks=1 if vector else shape.blocks,
        block_step=_within(int(rng.choice([-1, 1])), blocks, room) if long else _step(rng, config, blocks),
        plane_step=_step(rng, config, max(2, passes)),
        tiles=shape.tiles,
        tile_columns=int(rng.integers(1, array.cols + 1)) if rng.random() < 0.4 else array.cols,
        tiles_per_step=tiles_per_step,
        tile_step=_step(rng, config, -(-shape.tiles // tiles_per_step)),
        out_rows=shape.rows,
        out_columns=shape.columns,
        in_rows=_edge(rng, shape.rows),
        in_columns=_edge(rng, shape.columns),
        stride_y=rng.choice([1, 1, 1, 0, 2, int(rng.integers(16))]),
        stride_x=rng.choice([1, 1, 1, 0, 3, int(rng.integers(16))]),
        padding=rng.integers(1 << 16),
        in_row_step=row_step,
        in_column_step=_within(1 if rng.random() < 0.7 else int(rng.integers(-3, 4)), shape.columns, atoms // 3),
    )
    fields |= output | second_tensor(rng, config, shape, planes=bool(output["out_planes"]))
    if "operand_row_step" in fields:
        fields["operand_row_step"] = _within(shape.columns + int(rng.integers(4)), shape.rows, atoms // 2)
        fields["operand_block_step"] = _step(rng, config, -(-channels // output["out_values"]))
    return Exec(**fields), random_taps(rng, shape.taps, row_step)


def anywhere(rng: np.random.Generator, config: AcceleratorConfig, fields: dict[str, int]) -> dict[str, int]:
    """Bases and steps with whole turns more or less, as addresses count modulo twice the atoms of the memory: any of
    their bits may be 1."""
    if rng.random() < 0.7:
        return fields
    turn = 2 * config.feature_atoms
    moved = {}
    for name, number in fields.items():
        low, end = (0, 1 << ADDRESS_BITS) if name in BASES else (-(1 << ADDRESS_BITS - 1), 1 << ADDRESS_BITS - 1)
        moved[name] = number + turn * int(rng.integers(-((number - low) // turn), (end - 1 - number) // turn + 1))
    return moved


def _step(rng: np.random.Generator, config: AcceleratorConfig, count: int) -> int:
    """Atoms from one to the next of so many, now and then many."""
    most = 60 if rng.random() < 0.7 else config.feature_atoms // 3
    return _within(int(rng.integers(-most, most + 1)), count, config.feature_atoms // 2)


def _within(step: int, count: int, room: int) -> int:
    """The step, or the longest one with which so many stay within ``room``."""
    most = room // max(1, count - 1)
    return min(max(step, -most), most)


def _row_step(rng: np.random.Generator, config: AcceleratorConfig, shape: Shape) -> int:
    """Atoms from one row of input pixels to the next: those of a picture, or any, in either direction."""
    step = shape.columns + config.rows * int(rng.integers(2))
    if rng.random() < 0.4:
        step = int(rng.integers(0, shape.columns + 9))
    if rng.random() < 0.2:
        step = -step if rng.random() < 0.5 else _step(rng, config, shape.rows)
    return _within(step, shape.rows, config.feature_atoms // 3)


def _edge(rng: np.random.Generator, size: int) -> int:
    """Rows or columns of input pixels for so many of output pixels; now and then any number, or a power of two and
    few more."""
    which = rng.random()
    if which < 0.7:
        return int(size + rng.integers(3))
    power = 1 << int(rng.integers(1, 14))
    if which < 0.8:
        return int(rng.integers(1, 2 * power))
    return min((1 << 14) - 1, power + int(rng.integers(0, size + 1)))


def _output(rng: np.random.Generator, config: AcceleratorConfig, shape: Shape) -> dict[str, Any]:
    """Fields of an output, whose pitches leave no two values in one place, whatever their signs are."""
    in_planes = plane_bits(config) > 0 and rng.random() < 0.6 and not shape.largest
    bits = int(rng.integers(1, plane_bits(config) + 1)) if in_planes else int(rng.choice(element_sizes(config)))
    most = min(64, config.atom_bits // (1 if in_planes else bits))
    values, channels, room = int(rng.integers(1, most + 1)), shape.channels, config.feature_atoms // 2
    apart = int(rng.choice([1, 1, 2, 2, 3, 4]))
    stored = -(-shape.columns // apart)
    row_step = stored + (int(rng.integers(4)) if shape.rows < 20 else 0) * int(rng.integers(2))
    part = row_step * -(-shape.rows // apart)
    half = (config.rows // 2 - part) % config.rows if rng.random() < 0.7 else int(rng.integers(4))
    column_phase = part + half
    row_phase = apart * column_phase + int(rng.integers(3))
    picture = apart * row_phase
    if not shape.largest:
        planes = bits if in_planes else 1
        if picture * planes * -(-channels // values) > room:
            values = most
        channels = min(channels, values * max(1, room // (picture * planes)))
    back = rng.random() < 0.3
    signs = rng.choice([-1, 1], 5).tolist() if back else [1] * 5
    return dict(
        out_row_step=signs[0] * row_step,
        out_row_phase=signs[1] * row_phase,
        out_column_phase=signs[2] * column_phase,
        out_apart=apart,
        out_block_step=signs[3] * (picture + int(rng.integers(3))),
        out_plane_step=signs[4] * (picture + 3) * -(-channels // values),
        out_channels=channels,
        out_bits=bits,
        out_values=values,
        out_planes=int(in_planes),
        out_signed=rng.integers(2),
        top_k=int(rng.integers(1, config.top_k + 1)) if shape.largest else 0,
    )
