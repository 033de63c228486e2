"""Records for feeders, and what must leave them: small machines, random nests of loops, their beats."""

import random
from dataclasses import replace
from functools import cache

from lowtide.common.records.entries import Tap
from lowtide.hw import ArrayConfig
from lowtide.hw.array.job import JobLayout
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.config.machines import flexible_machine
from lowtide.hw.feeders.feeders import FED
from lowtide.hw.memory.ports import banks_layout, record_layout
from lowtide.hw.mode.word import WORD_BITS

from fed_memories import FedModel
from random_exec import fields_of, groups_of, pixel_of, random_pixels
from weight_beats import beat_of

LATENCY = 6  #: cycles from the last pixel of the first group to its first operands


def small(machine):
    """A machine with little memory."""
    return replace(
        machine,
        feature_bytes=64 * machine.rows * machine.atom_bytes,
        weight_bytes=(1024 if machine.array.kind == "bit_plane" else 128) * machine.weight_word_bytes,
    )


@cache
def model_of(name):
    if name == "plain":  # atoms of 24 bits in 32, three columns
        array = ArrayConfig(name="plain", rows=8, cols=3, lanes=3)
        machine = AcceleratorConfig(name="plain_small", array=array, weight_bytes=1 << 12)
    else:
        machine = flexible_machine(name)
    model = FedModel(small(machine))
    model.fill(random.Random(1), [])
    return model


def random_nest(rng, model, mode, **fields):
    """A record with a random nest of loops, and its taps, near the pixels."""
    config, atoms = model.config, model.config.feature_atoms
    planes = len(config.array.pe.passes(config.array, mode))
    most = 2 if planes > 1 else 5
    taps, blocks, tiles = (rng.randint(1, most) for _ in range(3))
    entries = [
        Tap(offset=rng.randrange(-atoms, atoms), dy=rng.randrange(-9, 9), dx=rng.randrange(-9, 9))
        for _ in range(taps + 2)
    ]
    bits = config.array.element_bits("w", mode)
    words = taps * blocks * planes * tiles  # at most
    assert words < config.weight_words
    packings = [packing for packing in range(3) if bits % (1 << packing) == 0]
    nest = dict(
        mode=mode.word(),
        chunks=taps * blocks,
        tail=rng.randrange(config.array.values_per_beat(mode)),
        weight_packing=rng.choice(packings),
        tap_base=rng.randrange(3),
        taps=taps,
        blocks=blocks,
        block_step=rng.randrange(-atoms, atoms),
        plane_step=rng.randrange(-atoms, atoms),
        tiles=tiles,
        tiles_per_step=rng.randint(1, 3),
        tile_step=rng.randrange(-atoms, atoms),
        weight_base=rng.randrange(config.weight_words - words),
        padding=rng.getrandbits(config.array.x_width),
        in_rows=rng.randint(1, 12),
        in_columns=rng.randint(1, 12),
        stride_y=rng.randint(0, 3),
        stride_x=rng.randint(0, 3),
        out_rows=rng.randint(1, 3),
    )
    return random_pixels(rng, config, **nest | fields), entries


def chunk_of_padding(config, mode, code, plane):
    """A row's operands where every value is padding."""
    code = code >> plane & 1 if plane is not None else code
    return filled(config.array.payload_bits("x"), config.array.element_bits("x", mode), code)


def filled(width, bits, code):
    """A word of values of so many bits, all of them the code's lowest."""
    return sum((code & (1 << bits) - 1) << place for place in range(0, width - bits + 1, bits))


def expected(model, record, mode):
    """Beats of a record: (words of rows, rows with an atom, closes, weight word and part) each, and where atoms lie
    beyond the memory; one list a group."""
    config, atoms = model.config, model.config.feature_atoms
    groups = []
    vector = record.source != 0
    tiles = record.out_channels if vector else record.tiles
    passes = [(None, None)] if vector else config.array.pe.passes(config.array, mode)
    for group in groups_of(record, config.rows):
        beats, number = [], 0
        for tile in range(tiles):
            step = (
                tile // (record.tail + 1) * record.block_step
                if vector
                else tile // record.tiles_per_step * record.tile_step
            )
            for index, (plane, _) in enumerate(passes):
                for k in range(record.taps):
                    tap = model.taps[record.tap_base + k]
                    for block in range(record.blocks):
                        offset = step + tap.offset + block * record.block_step + (plane or 0) * record.plane_step
                        rows, beyond = {}, False
                        for row, (oy, ox) in enumerate(group):
                            y, x = oy * record.stride_y + tap.dy, ox * record.stride_x + tap.dx
                            if 0 <= y < record.in_rows and 0 <= x < record.in_columns:
                                address = (pixel_of(record, oy, ox)["in"] + offset) % (2 * atoms)
                                beyond |= address >= atoms
                                rows[row] = address
                        closes = (index, k, block) == (len(passes) - 1, record.taps - 1, record.blocks - 1)
                        packed = 1 << record.weight_packing
                        word = (record.weight_base + number // packed) % config.weight_words
                        beats.append((rows, plane, closes, word, number % packed, beyond))
                        number += 1
        groups.append(beats)
    return groups


def check_record(model, record, entries, mode, rng, *, ready=1.0, others=0.0):
    """Run a record and compare all that leaves; returns the cycles before the first operand, those from it to the
    last one, and the number of beats."""
    config, array = model.config, model.config.array
    x_bits, atom_bits, w_bits = array.payload_bits("x"), config.atom_bits, array.payload_bits("w") * config.cols
    model.put(entries)
    groups = expected(model, record, mode)
    beats = [
        (group, beat) for group, inside in zip(groups_of(record, config.rows), groups, strict=True) for beat in inside
    ]
    vector = record.source != 0
    model.set("record", fields_of(record, record_layout(*FED)))
    model.tick_with(start=1)
    model.set("start", 0)
    jobs, taken, first, beyonds, offered = 0, 0, None, 0, False
    for cycle in range(20 * len(beats) + 2000):
        if not offered and rng.random() < others:
            offered = True
            request = dict(words=[rng.randrange(config.bank_atoms) for _ in range(config.rows)])
            model.set("other_data", banks_layout(config).const(request).as_bits())
        model.set("other_valid", offered)
        model.set("job_ready", takes_job := int(rng.random() < ready))
        valid = model.get("x_valid") and (vector or model.get("w_valid"))
        takes = int(bool(valid) and rng.random() < ready)
        model.set("x_ready", takes and not vector)
        if "vector" in config.post:
            model.set("atoms_ready", takes and vector)
        model.set("w_ready", takes and not vector)
        if model.get("job_valid") and takes_job:
            job = JobLayout.from_bits(model.get("job_data"))
            assert (job.chunks, job.tail) == (record.chunks, record.tail)
            assert model.get("job_data") & (1 << WORD_BITS) - 1 == mode.word()
            jobs += 1
        beyonds += model.get("beyond")
        if takes:
            first = cycle if first is None else first
            group, (rows, plane, closes, word, part, beyond) = beats[taken]
            assert model.get("closes") == closes
            x = model.get("x_data")
            for row in range(len(group)):
                found = x >> row * x_bits & (1 << x_bits) - 1
                if vector:
                    found = model.get("atoms") >> row * atom_bits & (1 << atom_bits) - 1
                if row not in rows and vector:
                    assert found == filled(atom_bits, record.in_bits, record.padding)
                elif row not in rows:
                    assert found == chunk_of_padding(config, mode, record.padding, plane)
                elif rows[row] < config.feature_atoms:
                    assert found == model.atoms[rows[row]] & (1 << (atom_bits if vector else x_bits)) - 1
            if not vector:
                weights = model.words[word] & (1 << w_bits) - 1
                assert model.get("w_data") == beat_of(config, mode, weights, 1 << record.weight_packing, part)
            taken += 1
        offered = offered and not model.get("other_ready")
        model.tick()
        if taken == len(beats):
            break
    assert taken == len(beats)
    model.set("job_ready", 1)
    while model.get("job_valid"):
        jobs += 1
        model.tick()
    for _ in range(rng.choice((0, 12))):
        assert not model.get("x_valid") and not model.get("job_valid")
        model.tick()
    assert jobs == (0 if vector else record.tiles * len(groups))
    assert beyonds == sum(beat[5] for group in groups for beat in group)
    return first, cycle - first + 1, len(beats)
