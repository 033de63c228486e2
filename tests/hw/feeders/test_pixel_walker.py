"""The walker over pixels and the buffer that makes groups of them: addresses, margins, groups as the record says."""

import random
from functools import cache

import pytest

from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.feeders.group_buffer import GroupBuffer
from lowtide.hw.feeders.pixel_walker import WALKED, PixelWalker, pixel_layout
from lowtide.hw.memory.ports import record_layout

from random_exec import fields_of, groups_of, pixel_of, random_pixels
from unit_model import UnitModel


@cache
def machine(rows, post=("operand",)):
    array = ArrayConfig(name="array", rows=rows, cols=1)
    return AcceleratorConfig(
        name=f"walk_{rows}_{len(post)}", array=array, feature_bytes=64 * rows, weight_bytes=64, bus_bits=32, post=post
    )


def walked(model, config, side, record, rng, ready):
    """The pixels of a record as the hardware gives them, and the cycles that it took."""
    layout, found, cycles = pixel_layout(config, side), [], 0
    model.set("record", fields_of(record, record_layout(*WALKED)))
    model.set("start", 1)
    model.tick()
    model.set("start", 0)
    while not found or not found[-1].last:
        model.set("pixel_ready", takes := int(rng.random() < ready))
        if model.get("pixel_valid") and takes:
            found.append(layout.from_bits(model.get("pixel_data")))
        model.tick()
        cycles += 1
    assert not model.get("pixel_valid")
    return found, cycles


def margins(record, pixel, dy, dx):
    """Whether a tap of this pixel is inside the input."""
    oy, ox = pixel
    return (
        0 <= oy * record.stride_y + dy < record.in_rows,
        0 <= ox * record.stride_x + dx < record.in_columns,
    )


@pytest.mark.parametrize("side", ["in", "out", "operand"])
@pytest.mark.parametrize("rows, post", [(4, ("operand",)), (8, ())])
def test_pixels_are_those_of_the_record(rows, post, side):
    if side == "operand" and not post:
        return
    config, rng = machine(rows, post), random.Random(rows)
    model, beyond = UnitModel(PixelWalker(config, side)), 2 * config.feature_atoms
    model.reset()
    for number in range(60):
        record = random_pixels(rng, config)
        if not post:
            record = random_pixels(rng, config, operand=0)
        ready = 1 if number < 5 else rng.choice((0.3, 0.8, 1))
        found, cycles = walked(model, config, side, record, rng, ready)
        groups = groups_of(record, rows)
        pixels = [pixel for group in groups for pixel in group]
        assert len(found) == len(pixels) == record.out_rows * record.out_columns
        if ready == 1:
            assert cycles == len(pixels)  # one a cycle
        assert [each.last for each in found] == [0] * (len(pixels) - 1) + [1]
        starts = {group[0] for group in groups}
        for pixel, each in zip(pixels, found, strict=True):
            assert each.address == pixel_of(record, *pixel)[side] % beyond, pixel
            assert each.begins == (pixel in starts)
        if side != "in":
            continue
        for pixel, each in rng.sample(list(zip(pixels, found, strict=True)), min(4, len(pixels))):
            edges = each.margins
            for d in range(-128, 128):
                inside = margins(record, pixel, d, d)
                assert (edges.first_dy <= d <= edges.last_dy, edges.first_dx <= d <= edges.last_dx) == inside


def test_the_largest_picture_has_exact_margins():
    """Numbers of rows and columns, and strides, at the ends of their ranges."""
    config, rng = machine(4), random.Random(1)
    model = UnitModel(PixelWalker(config, "in"))
    model.reset()
    record = random_pixels(
        rng, config, out_rows=2, out_columns=2200, in_rows=16383, in_columns=16383, stride_x=15, stride_y=15
    )
    found, _ = walked(model, config, "in", record, rng, 1)
    for number, each in enumerate(found):
        place = number % 2200 * 15
        assert each.margins.first_dx == (max(-128, -place) if 16382 - place >= -128 else 127)
        assert each.margins.last_dx == max(-128, min(127, 16382 - place))


def test_groups_have_their_pixels_and_the_next_is_built_meanwhile():
    rows, rng = 4, random.Random(7)
    unit = GroupBuffer("group_buffer", rows=rows, width=9, head=5)
    model, pixel, group = UnitModel(unit), unit.pixel.payload.shape(), unit.group.payload.shape()
    model.reset()
    for number in range(40):
        lengths = [rng.randint(1, rows) for _ in range(rng.randint(1, 8))]
        pixels = [
            dict(row=rng.getrandbits(9), head=rng.getrandbits(5), begins=place == 0, last=0)
            for length in lengths
            for place in range(length)
        ]
        pixels[-1]["last"] = 1
        expected, waiting, wholes, found = list(lengths), list(pixels), 0, []
        busy, offered = rng.choice((0.3, 1)), False
        while len(found) < len(lengths):
            offered = bool(waiting) and (offered or rng.random() < busy)
            model.set("pixel_valid", offered)
            if offered:
                model.set("pixel_data", pixel.const(waiting[0]).as_bits())
            takes = rng.random() < (0.2 if number % 2 else 0.9)
            model.set("group_ready", takes)
            wholes += model.get("whole")
            if model.get("group_valid") and takes:
                found.append(group.from_bits(model.get("group_data")))
                assert wholes >= len(found)
            if offered and model.get("pixel_ready"):
                waiting.pop(0)
                offered = False
            model.tick()
        assert wholes == len(lengths) and not waiting
        for each, length in zip(found, expected, strict=True):
            mine, pixels = pixels[:length], pixels[length:]
            assert each.present == (1 << length) - 1 and each.head == mine[0]["head"]
            assert [each.rows[row] for row in range(length)] == [one["row"] for one in mine]
            assert each.last == (not pixels)


def test_two_groups_are_whole_before_one_is_taken():
    unit = GroupBuffer("group_buffer", rows=4, width=9, head=5)
    model, pixel, wholes = UnitModel(unit), unit.pixel.payload.shape(), 0
    model.reset()
    model.set("group_ready", 0)
    for number in range(30):
        model.set("pixel_valid", 1)
        model.set("pixel_data", pixel.const(dict(row=number, begins=0)).as_bits())
        wholes += model.get("whole")
        model.tick()
    assert wholes == 2 and model.get("group_valid") and not model.get("pixel_ready")
