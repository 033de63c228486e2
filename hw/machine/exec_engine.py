"""The engine of EXEC records: array, local memories, feeders and post-processing, everything but movers, bus and lists.

::

    LOAD -> feature, weight, tap, parameter, table memory, codebooks        STORE <- feature memory
                  |
    record -> feeders -- job, x, w --> array -- y --> post-processing -> feature memory
                  '------ beats of a vector source ----^
    record -> walker over pixels -- where results go --'
"""

from types import SimpleNamespace
from typing import Any

from amaranth.hdl import Cat, Module, ResetSignal, Signal, signed
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out

from lowtide.common.records.errors import ERROR_BITS
from lowtide.common.records.execute import Source

from ..array import decoder
from ..array.engine import Engine
from ..config.accelerator_config import AcceleratorConfig
from ..feeders.feeders import FED, Feeders
from ..feeders.pixel_walker import WALKED
from ..logic.unit import Unit
from ..memory.feature_memory import FeatureMemory
from ..memory.ports import banks_layout, loaded_layout, record_layout
from ..memory.tap_memory import TapMemory
from ..memory.weight_memory import WeightMemory
from ..mode.reasons import REASON_BITS
from ..mode.word import WORD_BITS
from ..post.fields import fields_layout
from ..post.post import Post, load_layout
from ..post.widths import EXTREMES, SUM_BITS
from .codebook_loader import CodebookLoader
from .exec_control import RECORD, ExecControl
from .exec_wiring import connect_memories, connect_operands, connect_results
from .result_groups import ResultGroups

__all__ = ["ExecEngine", "word_layout"]


def word_layout(config: AcceleratorConfig) -> data.StructLayout:
    """A write of the weight memory."""
    return data.StructLayout({"word": config.weight_address_bits, "data": 8 * config.weight_word_bytes})


class ExecEngine(Unit):
    """Runs records EXEC on local memories.

    Ports
    -----
    record : in, :data:`lowtide.hw.machine.exec_control.RECORD`
        In the cycle of ``begin``.
    begin : in, 1 bit
        For one cycle, while no record runs.
    stop : in, 1 bit
        Abandon the record that runs if it does not go on.
    ended : out, 1 bit
        For one cycle: the record has ended.
    error : out, ERROR_BITS bits
        For one cycle, before ``ended``: what the record stopped at, else 0.
    reason : out, REASON_BITS bits
        With the error ENGINE: the array's reason.
    active : out, 1 bit
        A record runs.
    progress : out, 1 bit
        Operands are taken, or atoms written, in this cycle.
    smallest, largest : out, 32 bits, signed
        Of the sums of the record, from ``ended`` to the next ``begin``, 0 where it does not measure them; only where
        that is built.
    feature : in, stream of :func:`lowtide.hw.memory.ports.loaded_layout`
    weight : in, stream of :func:`word_layout`
    entry : in, stream of :func:`lowtide.hw.post.post.load_layout`
        What LOAD writes.
    read : in, stream of :func:`lowtide.hw.memory.ports.banks_layout`
    answer : out, R atoms
        What STORE reads.
    """

    def __init__(self, config: AcceleratorConfig) -> None:
        self.config = config
        super().__init__(
            f"{config.top}_exec_engine",
            {
                "record": In(RECORD),
                "begin": In(1),
                "stop": In(1),
                "ended": Out(1),
                "error": Out(ERROR_BITS),
                "reason": Out(REASON_BITS),
                "active": Out(1),
                "progress": Out(1),
                **({what: Out(signed(SUM_BITS)) for what in EXTREMES} if "measure" in config.post else {}),
                "feature": In(stream.Signature(loaded_layout(config))),
                "weight": In(stream.Signature(word_layout(config))),
                "entry": In(stream.Signature(load_layout())),
                "read": In(stream.Signature(banks_layout(config))),
                "answer": Out(config.rows * config.atom_bits),
            },
        )

    def build(self, m: Module) -> None:
        units: dict[str, Unit] = {
            "control": ExecControl(self.config),
            "features": FeatureMemory(self.config),
            "weights": WeightMemory(self.config),
            "taps": TapMemory(self.config),
            "feeders": Feeders(self.config),
            "engine": Engine(self.config.array),
            "groups": ResultGroups(self.config),
            "post": Post(self.config),
        }
        if decoder.table_bits(self.config.array):
            units["codebooks"] = CodebookLoader(self.config)
        self.into: dict[str, dict[str, Signal]] = {}
        placed: dict[str, SimpleNamespace] = {}
        abort = Signal()
        for name, unit in units.items():
            self.into[name] = {
                port: Signal(len(value), name=f"{name}_{port}_i")
                for port, value, member in unit.ports()
                if member.flow == In
            }
            resets = {"rst": ResetSignal() | abort} if name in ("feeders", "engine", "groups", "post") else {}
            placed[name] = self.place(m, name, unit, **self.into[name], **resets)
        of = SimpleNamespace(**placed)
        m.d.comb += abort.eq(of.control.abort)
        self.record_fields(m, of)
        connect_memories(self, m, of)
        connect_operands(self, m, of, self.vector)
        connect_results(self, m, of)
        self.ends(m, of)

    def connect(self, m: Module, unit: str, **inputs: Any) -> None:
        """Inputs of a unit."""
        for name, value in inputs.items():
            m.d.comb += self.into[unit][name].eq(value)

    def record_fields(self, m: Module, of: SimpleNamespace) -> None:
        """The record and its begin to all units."""
        self.held = of.control.held
        mode = self.held.mode[:WORD_BITS]
        self.connect(m, "control", record=self.record, begin=self.begin, stop=self.stop, progress=self.progress)
        for name, layout in (("feeders", record_layout(*FED)), ("groups", record_layout(*WALKED))):
            self.connect(m, name, start=of.control.start, record=Cat(self.held[field] for field in layout.members))
        layout = fields_layout()
        self.connect(m, "post", start=of.control.start, fields=Cat(self.held[field] for field in layout.members))
        self.connect(m, "weights", mode=mode, packing=self.held.weight_packing)
        self.vector = Signal(name="vector")
        m.d.comb += self.vector.eq(self.held.source != Source.ENGINE)

    def ends(self, m: Module, of: SimpleNamespace) -> None:
        """What happens to the record."""
        fed = self.into["feeders"]
        taken = fed["x_ready"] | fed.get("atoms_ready", 0)
        self.connect(
            m,
            "control",
            done=of.post.done,
            refused=of.post.refused,
            beyond=of.feeders.beyond | of.post.beyond,
            failed=of.engine.error,
            engine_reason=of.engine.reason,
            overflow=of.post.overflow,
        )
        m.d.comb += [
            self.ended.eq(of.control.ended),
            self.error.eq(of.control.error),
            self.reason.eq(of.control.reason),
            self.active.eq(of.control.active),
            self.progress.eq((of.feeders.x_valid & taken) | of.post.write_valid),
        ]
