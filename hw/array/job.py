"""Jobs as they come in: the payload of the ``job`` stream, and the judgement whether one is accepted.

Without stages in the sum of the PEs a job is judged in the cycle in which it is taken. With stages it passes two places
first, in which what the judgement needs is worked out (:mod:`lowtide.hw.logic.intake`).
"""

from typing import NamedTuple

from amaranth.hdl import Module, Signal, Value
from amaranth.lib import data

from ..config.array_config import CHUNK_BITS, TAIL_BITS, ArrayConfig
from ..logic.intake import PLACES, Intake
from ..mode.word import ModeWord
from .refusal import refusal

__all__ = ["JobLayout", "OfferedJob", "offered_job"]

#: Payload of the ``job`` stream: mode word, number of chunks, values in the last of them less one.
JobLayout = data.StructLayout({"mode": ModeWord, "chunks": CHUNK_BITS, "tail": TAIL_BITS})


class Arrival(NamedTuple):
    """A place of the intake: whether a job is there, which, and whether the place takes what comes in this cycle."""

    valid: Signal
    job: data.View
    moves: Signal


class OfferedJob(NamedTuple):
    """The job that is accepted or refused in this cycle, if there is one.

    Parameters
    ----------
    valid : Signal
        There is one.
    payload : view of :data:`JobLayout`
    refused, reason : Signal
        Whether it must be refused, and why.
    ready : Signal
        To be driven: it leaves, to be accepted or refused.
    arrivals : list of Arrival
        Places that it passed, the first one first; none without stages.
    """

    valid: Value
    payload: data.View
    refused: Signal
    reason: Signal
    ready: Signal
    arrivals: list[Arrival]


def offered_job(m: Module, config: ArrayConfig, stream: data.View) -> OfferedJob:
    """What comes of the stream ``job``.

    Parameters
    ----------
    m : Module
        Gets the logic, with stages the places.
    config : ArrayConfig
    stream : interface
        The stream's ports.
    """
    ready = Signal(name="place_free") if config.pipeline else stream.ready
    arrivals = places(m, stream, ready) if config.pipeline else []
    refused, reason = refusal(m, config, stream.payload, Intake(m, [each.moves for each in arrivals]))
    valid, payload = (arrivals[-1].valid, arrivals[-1].job) if arrivals else (stream.valid, stream.payload)
    return OfferedJob(valid, payload, refused, reason, ready, arrivals)


def places(m: Module, stream: data.View, ready: Value) -> list[Arrival]:
    """The places of the intake, from the stream on. ready: whether what is in the last one leaves it."""
    found, valid, job = [], stream.valid, stream.payload
    for number in range(1, PLACES + 1):
        place = Arrival(
            Signal(name=f"arrived_{number}_valid"),
            Signal(JobLayout, name=f"arrived_{number}", reset_less=True),
            Signal(name=f"arrived_{number}_moves"),
        )
        with m.If(place.moves):
            m.d.sync += [place.valid.eq(valid), place.job.eq(job)]
        valid, job = place.valid, place.job
        found.append(place)
    for place, free in zip(found, [*(each.moves for each in found[1:]), ready], strict=True):
        m.d.comb += place.moves.eq(~place.valid | free)
    m.d.comb += stream.ready.eq(found[0].moves)
    return found
