"""Whether an engine accepts a job: the sequencer's own logic as a unit of its own, for monitors to assume or check."""

from amaranth.hdl import Module
from amaranth.lib.wiring import In, Out

from lowtide.hw import ArrayConfig, verilog
from lowtide.hw.array.refusal import refusal
from lowtide.hw.array.sequencer import JobLayout
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS
from lowtide.hw.logic.unit import Unit

__all__ = ["AcceptedJob", "accepted_job", "accepted_mode"]


class AcceptedJob(Unit):
    """Ports: ``job``, a payload of the stream; ``accepted``."""

    combinational = True

    def __init__(self, config: ArrayConfig) -> None:
        self.config = config
        super().__init__(f"{config.name}_accepted_job", {"job": In(JobLayout), "accepted": Out(1)})

    def build(self, m: Module) -> None:
        refused, _ = refusal(m, self.config, self.job)
        m.d.comb += self.accepted.eq(~refused)


def accepted_job(config: ArrayConfig, name: str, job: str) -> tuple[str, str]:
    """Verilog of a wire ``name`` that says whether the payload ``job`` is accepted; that of the module it places."""
    instance = f"  wire {name};\n  {config.name}_accepted_job judge_of_{name} (.job({job}), .accepted({name}));\n"
    return instance, verilog(AcceptedJob(config))


def accepted_mode(config: ArrayConfig, name: str, mode: str) -> tuple[str, str]:
    """Verilog of a wire ``name`` that says whether a job of one chunk of one value, its mode word ``mode``, is
    accepted; that of the module it places."""
    return accepted_job(config, name, f"{{{TAIL_BITS}'d0, {CHUNK_BITS}'d1, {mode}}}")
