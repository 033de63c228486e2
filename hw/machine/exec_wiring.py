"""How the parts of the engine of EXEC records are connected: memories, operands of the array, results."""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Const, Module, Value

from lowtide.common.records.kinds import Memory

from ..feeders.pixel_walker import has_operand

__all__ = ["connect_memories", "connect_operands", "connect_results"]


def connect_memories(engine: Any, m: Module, of: SimpleNamespace) -> None:
    """What LOAD writes and STORE reads."""
    entry, taken = engine.entry.payload, Const(1)
    engine.connect(
        m,
        "features",
        load_write_valid=engine.feature.valid,
        load_write_data=engine.feature.payload,
        store_read_valid=engine.read.valid,
        store_read_data=engine.read.payload,
    )
    engine.connect(
        m, "weights", write=engine.weight.valid, word=engine.weight.payload.word, data=engine.weight.payload.data
    )
    engine.connect(
        m,
        "taps",
        write=engine.entry.valid & (entry.memory == Memory.TAP),
        write_entry=entry.address,
        data=entry.data,
    )
    engine.connect(m, "post", load_valid=engine.entry.valid, load=entry)
    if "codebooks" in engine.into:
        mine = entry.memory == Memory.CODEBOOK
        engine.connect(
            m,
            "codebooks",
            valid=engine.entry.valid & mine,
            address=entry.address,
            data=entry.data,
            codebook_ready=of.engine.codebook_ready,
        )
        engine.connect(
            m, "engine", codebook_valid=of.codebooks.codebook_valid, codebook_data=of.codebooks.codebook_data
        )
        taken = ~mine | of.codebooks.ready
    m.d.comb += [
        engine.feature.ready.eq(of.features.load_write_ready),
        engine.weight.ready.eq(1),
        engine.entry.ready.eq(taken),
        engine.read.ready.eq(of.features.store_read_ready),
        engine.answer.eq(of.features.answer),
    ]


def connect_operands(engine: Any, m: Module, of: SimpleNamespace, vector: Value) -> None:
    """From the memories to the array, or to the vector source."""
    fed = of.feeders
    engine.connect(m, "taps", read=fed.tap_read, read_entry=fed.tap_entry)
    engine.connect(m, "weights", read=fed.weight_read, beat=fed.weight_place)
    engine.connect(m, "features", west_read_valid=fed.read_valid, west_read_data=fed.read_data, west_goes=fed.goes)
    taken = {"atoms_ready": of.post.beats_ready & vector} if "vector" in engine.config.post else {}
    engine.connect(
        m,
        "feeders",
        tap=of.taps.tap,
        weights=of.weights.answer,
        answer=of.features.answer,
        read_ready=of.features.west_read_ready,
        job_ready=of.engine.job_ready,
        x_ready=of.engine.x_ready,
        **taken,
        w_ready=of.engine.w_ready,
    )
    engine.connect(
        m,
        "engine",
        job_valid=fed.job_valid,
        job_data=fed.job_data,
        x_valid=fed.x_valid & ~vector,
        x_data=fed.x_data,
        w_valid=fed.w_valid,
        w_data=fed.w_data,
    )
    if "vector" in engine.config.post:
        engine.connect(m, "post", beats_valid=fed.x_valid & vector, beats_data=Cat(fed.atoms, fed.closes))


def connect_results(engine: Any, m: Module, of: SimpleNamespace) -> None:
    """From the array to the feature memory."""
    engine.connect(m, "engine", y_ready=of.post.y_ready, clear=0)
    engine.connect(m, "features", post_write_valid=of.post.write_valid, post_write_data=of.post.write_data)
    engine.connect(
        m,
        "post",
        y_valid=of.engine.y_valid,
        y_data=of.engine.y_data,
        out_groups_valid=of.groups.out_valid,
        out_groups_data=of.groups.out_data,
        write_ready=of.features.post_write_ready,
    )
    engine.connect(m, "groups", out_ready=of.post.out_groups_ready)
    if "measure" in engine.config.post:
        engine.connect(m, "groups", measure=engine.held.measure, measured_ready=of.post.measured_groups_ready)
        engine.connect(
            m,
            "post",
            measured_groups_valid=of.groups.measured_valid,
            measured_groups_data=of.groups.measured_data,
        )
        m.d.comb += [engine.smallest.eq(of.post.smallest), engine.largest.eq(of.post.largest)]
    if has_operand(engine.config):
        engine.connect(
            m,
            "post",
            operand_groups_valid=of.groups.operand_valid,
            operand_groups_data=of.groups.operand_data,
            operand_read_ready=of.features.operand_read_ready,
            answer=of.features.answer,
        )
        engine.connect(m, "groups", operand_ready=of.post.operand_groups_ready)
        engine.connect(
            m,
            "features",
            operand_read_valid=of.post.operand_read_valid,
            operand_read_data=of.post.operand_read_data,
        )
    else:
        engine.connect(m, "features", operand_read_valid=0, operand_read_data=0)
