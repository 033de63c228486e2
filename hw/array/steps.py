"""When the sequencer takes a step: a job runs, operands are there, and the results of the job before leave room.

With stages in the sum of the PEs what is known from registers comes together first: operands and the clock enable come
from other units, and late.
"""

from amaranth.hdl import Module, Signal, Value

from ..config.array_config import ArrayConfig

__all__ = ["steps_and_finish"]


def steps_and_finish(
    m: Module,
    config: ArrayConfig,
    *,
    proceed: Value,
    operands: Value,
    running: Value,
    begun: Value,
    last: Value,
    step: Signal,
    finished: Signal,
) -> tuple[Value, Value]:
    """Whether this cycle is a step, and whether it is the last one of the job.

    Parameters
    ----------
    m : Module
        Gets the logic.
    config : ArrayConfig
    proceed : Value
        The engine does not stand still.
    operands : Value
        They are there, or the beat has them.
    running, begun : Value
        A job runs; its first step was before.
    last : Value
        A step in this cycle would be its last one.
    step, finished : Signal
        What is returned, to be driven by it.
    """
    if not config.pipeline:
        return proceed & running & operands & spaced(m, config, proceed, step & last, last, begun), step & last
    goes, may = Signal(name="goes"), Signal(name="may_step")
    m.d.comb += [goes.eq(proceed & operands), may.eq(running & spaced(m, config, proceed, finished, last, begun))]
    return goes & may, goes & (may & last)


def spaced(m: Module, config: ArrayConfig, proceed: Value, finished: Value, last: Value, begun: Value) -> Value:
    """Whether the results of the job before leave room for this step."""
    cols, pause = config.cols, config.pause
    longest = max(cols - 1, pause)
    if longest == 0:
        return 1
    since = Signal(range(longest + 1), init=longest)  # full cycles since the last `last`
    with m.If(finished):
        m.d.sync += since.eq(0)
    with m.Elif(proceed & (since != longest)):
        m.d.sync += since.eq(since + 1)
    found = ~last | (since >= cols - 1) if cols > 1 else 1
    return found & (begun | (since >= pause)) if pause else found
