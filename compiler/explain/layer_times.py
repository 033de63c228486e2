"""Layers with their times: what each adds to the list's cycles, and what bounds it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.record import Kind, Record
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.mode.word import Mode

from ..cycles.list_times import ListTimes
from ..lists.layer_records import Layer, checked_layers
from .busy import Busy, least_cycles

__all__ = ["Bound", "LayerTimes", "ideal_cycles", "layer_times"]


class Bound(Enum):
    """What most cycles of a layer go to."""

    ARRAY = "array"  #: operands of the array
    RESULTS = "post-processing"  #: its results, or a vector source
    PIXELS = "pixels"  #: groups of rows that are filled, a pixel a cycle
    LOAD = "load"  #: LOAD runs, EXEC does not
    STORE = "store"  #: STORE runs, EXEC does not
    TOKENS = "tokens"  #: nothing runs: records begin, and tokens come
    HOST = "host"  #: the list waits for the host, whose time is not counted


@dataclass(frozen=True, kw_only=True)
class LayerTimes:
    """A layer of a program, in the list's time.

    Parameters
    ----------
    layer : Layer
    first, end : int
        Its cycles: from the end of the layer before to that of its last record EXEC, of the host's to that of all
        records before it.
    ideal : float
        Cycles of its multiplications, where every multiplier of the array works in every cycle, in the layer's mode.
    executes, loads, stores : int
        Of its cycles those in which EXEC runs, of any layer; those in which only others run, LOAD or STORE among them.
    nothing : int
        Those in which no engine runs.
    read_bytes, written_bytes : int
        That its records move over the bus: whole beats.
    bound : Bound
    """

    layer: Layer
    first: int
    end: int
    ideal: float
    executes: int
    loads: int
    stores: int
    nothing: int
    read_bytes: int
    written_bytes: int
    bound: Bound

    @property
    def cycles(self) -> int:
        """What it adds to the list's."""
        return self.end - self.first

    @property
    def share_of_peak(self) -> float:
        """Of the multiplications that the array could have done in its cycles, those of the layer."""
        return self.ideal / self.cycles if self.cycles else 0.0


def layer_times(
    records: Sequence[Record], config: AcceleratorConfig, layers: Iterable[Layer], times: ListTimes
) -> tuple[LayerTimes, ...]:
    """The layers of a list with their times; the cycles of all of them are those up to the end of the list.

    Parameters
    ----------
    records : sequence of Record
        The list.
    config : AcceleratorConfig
    layers : iterable of Layer
    times : ListTimes
        Of the list.

    Raises
    ------
    ValueError
        Layers that are not those of the list.
    """
    told = {each.number: each for each in times.records}
    executes = Busy(times.records, Kind.EXEC)
    loads, stores = (Busy(times.records, Kind.EXEC, kind) for kind in (Kind.LOAD, Kind.STORE))
    anything = Busy(times.records, Kind.EXEC, Kind.LOAD, Kind.STORE)
    listed, found, first = checked_layers(layers, len(records)), [], 0
    for layer in listed:
        mine = [told[number] for number in layer.numbers if number in told]
        last = [each for each in mine if each.kind == Kind.EXEC] or mine
        if layer.host:  # all before it have ended
            last = [each for each in times.records if each.number < layer.end]
        end = max([first, *(each.end for each in last)]) if layer != listed[-1] else times.cycles
        cycles = end - first
        execute = executes.between(first, end)
        load, store = (busy.between(first, end) - execute for busy in (loads, stores))
        nothing = cycles - anything.between(first, end)
        least = [0, 0, 0]
        for number in layer.numbers:
            record = records[number]
            if isinstance(record, Exec):
                least = [before + own for before, own in zip(least, least_cycles(record, config), strict=True)]
        own = (Bound.ARRAY, Bound.RESULTS, Bound.PIXELS)[least.index(max(least))]
        shares = {own: execute, Bound.LOAD: load, Bound.STORE: store, Bound.TOKENS: nothing}
        moved = {
            kind: times.bus_bytes * sum(each.beats for each in mine if each.kind == kind)
            for kind in (Kind.LOAD, Kind.STORE)
        }
        found.append(
            LayerTimes(
                layer=layer,
                first=first,
                end=end,
                ideal=ideal_cycles(layer, records, config),
                executes=execute,
                loads=load,
                stores=store,
                nothing=nothing,
                read_bytes=moved[Kind.LOAD],
                written_bytes=moved[Kind.STORE],
                bound=Bound.HOST if layer.host else max(shares, key=lambda bound: shares[bound]),
            )
        )
        first = end
    return tuple(found)


def ideal_cycles(layer: Layer, records: Sequence[Record], config: AcceleratorConfig) -> float:
    """Cycles of a layer's multiplications at the peak of the mode of its first record of the array; of a depthwise one
    that of all multipliers, though diagonal chunks use one of each PE."""
    for number in layer.numbers:
        record = records[number]
        if isinstance(record, Exec) and record.source == Source.ENGINE:
            mode = Mode.of_word(record.mode).change(diagonal=False)
            of_a_pe = config.array.macs_per_cycle(mode)
            return layer.multiplications / (config.rows * config.cols * of_a_pe)
    return 0.0
