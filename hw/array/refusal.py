"""Which jobs an engine refuses: those of a mode that is not built in, and those without a valid number of values."""

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import data

from ..config.array_config import ArrayConfig
from ..logic.intake import Intake
from ..mode.reasons import REASON_BITS, Reason
from ..mode.word import FIELDS
from .decoder import refused_formats

__all__ = ["refusal"]


def refusal(m: Module, config: ArrayConfig, job: data.View, intake: Intake) -> tuple[Signal, Signal]:
    """Whether a job must be refused, and why: the first reason in order of the checks.

    Parameters
    ----------
    m : Module
        Gets the logic.
    config : ArrayConfig
    job : view
        Of :data:`lowtide.hw.array.job.JobLayout`.
    intake : Intake
        The job's places: what is returned is about the job in the last one.

    Returns
    -------
    refused : Signal, 1 bit
    reason : Signal, REASON_BITS bits
    """
    kind, supported, mode = config.pe, config.pe.supported(config), job.mode
    failures: list[tuple[int, Value]] = []
    for field in FIELDS:
        allowed = [number - field.bias for number in supported[field.name]]
        value = mode[field.name]
        if allowed == list(range(1 << field.bits)):
            continue
        if allowed == list(range(allowed[0], allowed[-1] + 1)):
            below = [value < allowed[0]] if allowed[0] else []
            above = [value > allowed[-1]] if allowed[-1] < (1 << field.bits) - 1 else []
            failures.append((field.reason, Cat(below, above).any()))
        else:
            failures.append((field.reason, ~value.matches(*allowed)))
    failures += [(Reason["FORMAT"], refused) for refused in refused_formats(config, mode)]
    failures += [
        (Reason["NO_CHUNKS"], job.chunks == 0),
        (Reason["TAIL_TOO_LONG"], job.tail >= kind.values(config, mode)),
    ]
    failures = [(code, intake.through(failed, f"failure_{place}")) for place, (code, failed) in enumerate(failures)]
    if (refused := kind.refused(config, mode, intake)) is not None:
        assert kind.refusal_reason is not None, f"kind {kind.name} refuses modes without a reason"
        failures.insert(len(failures) - 2, (kind.refusal_reason, refused))
    refused = Signal()
    reason = Signal(REASON_BITS)
    for code, failed in reversed(failures):
        with m.If(failed):
            m.d.comb += [refused.eq(1), reason.eq(code)]
    return refused, reason
