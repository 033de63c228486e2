"""Which values of a chunk count: all that a chunk of the mode has, in the last chunk of a job those up to its tail.

Without stages in the sum of the PEs that is worked out in the cycle in which it is needed, with stages a cycle before.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib import data
from amaranth.utils import bits_for

from ..config.array_config import ArrayConfig

__all__ = ["look_ahead", "used_values"]


def used_values(m: Module, config: ArrayConfig, mode: data.View, *, tail: Signal, closes: Value) -> Value:
    """Values of a chunk that count, a bit each.

    Parameters
    ----------
    m : Module
        Gets the logic.
    config : ArrayConfig
    mode : view
        Of the job.
    tail : Signal
        Values of its last chunk less one.
    closes : Value
        The chunk is the last one.
    """
    top = Signal.like(tail, name="top")  # the last value of this chunk that counts
    m.d.comb += top.eq(Mux(closes, tail, config.pe.values(config, mode) - 1))
    return up_to(config, top)


def look_ahead(
    m: Module,
    config: ArrayConfig,
    job: data.View,
    *,
    starts: Value,
    steps: Value,
    goes_on: Value,
    closes: Signal,
    used: Signal,
) -> None:
    """Drive ``closes`` and ``used`` by registers: what they are in the next cycle. Whether that begins a job or a chunk
    is known late, so it only chooses between what is ready.

    Parameters
    ----------
    m : Module
        Gets the registers.
    config : ArrayConfig
    job : view
        The job that waits.
    starts : Value
        It starts in the next cycle.
    steps : Value
        If not: the next cycle is the first one of a chunk.
    goes_on : Value
        That chunk is the last of its pass.
    closes : Signal
        The chunk is the last of its pass.
    used : Signal
        Values of it that count, a bit each.
    """
    of_last, of_others = (Signal(config.chunk, name=f"used_of_{name}", reset_less=True) for name in ("last", "others"))
    width = bits_for(config.chunk - 1)  # of the tail of a job that was accepted
    single = job.chunks == 1
    last, others = up_to(config, job.tail[:width]), up_to(config, (config.pe.values(config, job.mode) - 1)[:width])
    with m.If(starts):
        m.d.sync += [closes.eq(single), of_last.eq(last), of_others.eq(others), used.eq(Mux(single, last, others))]
    with m.Elif(steps):
        m.d.sync += [closes.eq(goes_on), used.eq(Mux(goes_on, of_last, of_others))]


def up_to(config: ArrayConfig, top: Value) -> Value:
    """The values of a chunk that count, where the last one is number ``top``."""
    return Cat(Const(1, 1), *(top >= value for value in range(1, config.chunk)))
