"""What both movers do with the runs of a record: they ask the bus for them, and keep those that are in flight."""

from collections.abc import Sequence
from types import SimpleNamespace

from amaranth.hdl import Cat, Module, Signal, Value
from amaranth.lib import data

from ...bus.axi import request_layout
from ...logic.unit import Unit
from ...memory.queue import Queue
from .cursor import flying_layout, units_of_a_beat
from .places import Place, beats_bits
from .runs import STEADY, Runs, run_layout

__all__ = ["place_requests", "place_runs"]


def place_runs(
    mover: Unit, m: Module, record: data.View, takes: Value, leaves: Value, *, places: Sequence[Place], most: int
) -> tuple[SimpleNamespace, SimpleNamespace]:
    """The runs of a record, and those in flight.

    Parameters
    ----------
    mover : Unit
    m : Module
        Of the mover.
    record : view of a record
        That runs, from the cycle after ``begin`` on.
    takes, leaves : Value, 1 bit
        The next run is taken into flight; the cursor takes the first one in flight.
    places : sequence of Place
        Memories that they are in.
    most : int
        Runs that can be in flight.

    Returns
    -------
    (SimpleNamespace, SimpleNamespace)
        Outputs of :class:`lowtide.hw.control.movers.runs.Runs`, and of the queue of runs in flight.
    """
    runs = mover.place(
        m,
        "runs",
        Runs(mover.config),
        record=Cat(record[name] for name in STEADY.members),
        first=mover.record,
        begin=mover.begin,
        run_ready=takes,
    )
    run = data.View(run_layout(mover.config), runs.run_data)
    kept = Signal(flying_layout(mover.config, places))
    m.d.comb += [
        kept.place.eq(run.address[units_of_a_beat(mover.config, places)]),
        kept.local.eq(run.local),
        kept.last.eq(run.last),
    ]
    flying = mover.place(
        m,
        "runs_in_flight",
        Queue(f"{mover.name}_runs", width=kept.shape().size, most=most),
        start=0,
        i_valid=runs.run_valid & takes,
        i_data=kept,
        o_ready=leaves,
    )
    return runs, flying


def place_requests(
    mover: Unit, m: Module, queue: Unit, *, run: Value, units: Value, shift: Value | int, valid: Value, **inputs: int
) -> SimpleNamespace:
    """Runs become requests of whole beats, which wait in a queue for the master of the bus.

    Parameters
    ----------
    mover : Unit
    m : Module
        Of the mover.
    queue : Unit
        Of requests.
    run : Value, bits of a run
    units : Value
        Of a run.
    shift : Value or int
        Base-2 logarithm of the bytes of a unit.
    valid : Value, 1 bit
        There is a run that can be taken.
    **inputs : int
        Further inputs of the queue.

    Returns
    -------
    SimpleNamespace
        Outputs of the queue.
    """
    config = mover.config
    run, beat = data.View(run_layout(config), run), config.bus_bytes.bit_length() - 1
    asked = Signal(request_layout(config.bus_bits, beats_bits(config)))
    size = Signal(len(asked.beats) + beat)  # bytes of a run
    m.d.comb += [
        size.eq(units << shift),
        asked.address.eq(run.address >> beat),
        asked.beats.eq((run.address[:beat] + size + config.bus_bytes - 1) >> beat),
    ]
    held = mover.place(m, "requests", queue, i_valid=valid, i_data=asked, o_ready=mover.request.ready, **inputs)
    m.d.comb += [mover.request.valid.eq(held.o_valid), mover.request.payload.eq(held.o_data)]
    return held
