"""Whether an engine accepts a job: the sequencer's own logic as a unit of its own, for monitors to assume or check."""

import functools
from collections.abc import Container
from dataclasses import dataclass, field

from amaranth.hdl import Cat, Const, Module, Signal, Value, ValueLike
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from lowtide.hw import ArrayConfig, verilog
from lowtide.hw.array.job import JobLayout
from lowtide.hw.array.refusal import refusal
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS
from lowtide.hw.logic.amaranth_internals import may_stay_unused
from lowtide.hw.logic.intake import PLACES, Intake
from lowtide.hw.logic.unit import Unit

__all__ = ["AcceptedJob", "accepted_job", "accepted_mode", "arrived_jobs"]


@dataclass(frozen=True)
class Recorded(Intake):
    """An intake without registers, which notes what they would hold, by name."""

    found: dict[str, Value] = field(default_factory=dict)

    def cut(self, number: int, value: ValueLike, name: str) -> Value:
        self.found[f"{name}_of_{number}"] = Value.cast(value)
        return Value.cast(value)


def recorded(m: Module, config: ArrayConfig, job: data.View) -> tuple[Value, dict[str, Value]]:
    """Whether a job is refused, and what the registers of the intake hold of it, by name."""
    intake = Recorded(m, (Const(1),) * PLACES) if config.pipeline else Recorded(m)
    refused, _ = refusal(m, config, job, intake)
    return refused, intake.found


class AcceptedJob(Unit):
    """Ports: ``job``, a payload of the stream; ``accepted``; with stages ``held``, what registers of the intake hold of
    it."""

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        ports = {"job": In(JobLayout), "accepted": Out(1)}
        if config.pipeline:
            _, held = recorded(may_stay_unused(Module()), config, data.View(JobLayout, Signal(JobLayout)))
            ports["held"] = Out(sum(map(len, held.values())))
        super().__init__(f"{config.name}_accepted_job", ports)

    def build(self, m: Module) -> None:
        refused, held = recorded(m, self.config, self.job)
        m.d.comb += self.accepted.eq(~refused)
        if self.config.pipeline:
            m.d.comb += self.held.eq(Cat(held.values()))


def accepted_job(config: ArrayConfig, name: str, job: str) -> tuple[str, str]:
    """Verilog of a wire ``name`` that says whether the payload ``job`` is accepted; that of the module it places."""
    held = f", .held({name}_held)" if config.pipeline else ""
    instance = f"  wire {name};\n  {config.name}_accepted_job judge_of_{name} (.job({job}), .accepted({name}){held});\n"
    if held:
        instance = f"  wire [{len(AcceptedJob(config).held) - 1}:0] {name}_held;\n{instance}"
    return instance, _judge(config)


@functools.lru_cache(maxsize=4)
def _judge(config: ArrayConfig) -> str:
    """The Verilog of the module that monitors place: the same for most properties of an engine."""
    return verilog(AcceptedJob(config))


def accepted_mode(config: ArrayConfig, name: str, mode: str) -> tuple[str, str]:
    """Verilog of a wire ``name`` that says whether a job of one chunk of one value, its mode word ``mode``, is
    accepted; that of the module it places."""
    return accepted_job(config, name, f"{{{TAIL_BITS}'d0, {CHUNK_BITS}'d1, {mode}}}")


def arrived_jobs(config: ArrayConfig, names: Container[str]) -> tuple[str, list[str]]:
    """Verilog that judges the jobs in the places of the intake, and claims: registers hold what belongs to the jobs.

    names: the nets of the sequencer."""
    _, held = recorded(may_stay_unused(Module()), config, data.View(JobLayout, Signal(JobLayout)))
    text, claims = "", []
    for place in range(1, PLACES + 1):
        name, low = f"m_arrived_{place}", 0
        text += accepted_job(config, name, f"arrived_{place}")[0]
        for register, value in held.items():
            if register.endswith(f"_of_{place}") and register in names:
                claims.append(f"(!arrived_{place}_valid || {register} == {name}_held[{low + len(value) - 1}:{low}])")
            low += len(value)
    return text, claims
