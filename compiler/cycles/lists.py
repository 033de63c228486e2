"""Cycles of a list of records: three engines at the same time, their tokens, and the bus that they share.

Exact, but for some cycles where STORE is in the way of others: beats that it holds back while an entry of the profile
waits; atoms that EXEC writes later than LOAD was told, as it was predicted before STORE's reads were known.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Store, Transfer
from lowtide.common.records.profile import PROFILE_ENTRY_BYTES, RecordTimes
from lowtide.common.records.record import RECORD_BYTES, Kind, Record, TokenRecord
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .agenda import Agenda
from .executing import Executing
from .execution.blocked import Stretch
from .fetching import Dispatch, Fetch
from .lane import RING, Lane, Tokens
from .list_times import ListTimes
from .transfers.loading import Loading
from .transfers.read_bus import ReadBus
from .transfers.runs import check_cycles
from .transfers.storing import Storing
from .transfers.write_bus import WriteBus

__all__ = ["BusTiming", "list_cycles"]


@dataclass(frozen=True)
class BusTiming:
    """How external memory behaves: a beat a cycle each way, without stalls.

    Parameters
    ----------
    latency : int
        Cycles from an address to the first beat, and from the last beat of a burst to the response; 0 answers in the
        next cycle.
    """

    latency: int = 0

    def __post_init__(self) -> None:
        if self.latency < 0:
            raise ValueError(f"latency is {self.latency}, allowed are 0 and more")


def list_cycles(
    records: Iterable[Record],
    config: AcceleratorConfig,
    *,
    bus: BusTiming | None = None,
    profiled: bool = False,
    waits: int = 0,
) -> ListTimes:
    """Predict a list.

    Parameters
    ----------
    records : iterable of Record
        That the machine accepts; END is put behind them where the last is another one.
    config : AcceleratorConfig
    bus : BusTiming, optional
    profiled : bool
        The machine writes what it tells of each record to memory: an engine's next record waits until that is on its
        way.
    waits : int
        Cycles from a WAIT to where software goes on.

    Raises
    ------
    ValueError
        A record takes tokens that no record before it gives.
    """
    listed = list(records)
    if not listed or listed[-1].kind != Kind.END:
        listed.append(End())
    return _List(listed, config, bus or BusTiming(), profiled, waits).run()


class _List:
    """A list as it runs. Cycle 0 is the first in which it does."""

    def __init__(
        self, records: list[Record], config: AcceleratorConfig, bus: BusTiming, profiled: bool, waits: int
    ) -> None:
        self.records, self.config, self.profiled, self.waits = records, config, profiled, waits
        self.agenda, self.tokens = Agenda(), Tokens()
        self.lanes = {kind: Lane() for kind in RING}
        self.told: list[RecordTimes] = []
        self.over: int | None = None
        words = RECORD_BYTES // config.bus_bytes
        self.fetch = Fetch(self.agenda, words, self.look, self.come)
        self.dispatch = Dispatch(records, words, self.fetch, lambda kind: self.lanes[kind].free, self.whole)
        self.writing = WriteBus(config.bus_bytes, bus.latency, config.outstanding)
        reads: list[Stretch] = []  # of STORE
        self.executing = Executing(config, self.agenda, reads, lambda cycle: self.end(Kind.EXEC, cycle))
        self.storing = Storing(
            config, self.agenda, self.writing, self.executing.read, reads, lambda cycle: self.ends(Kind.STORE, cycle)
        )
        self.loading = Loading(
            config, self.agenda, self.executing, self.look, lambda cycle: self.ends(Kind.LOAD, cycle)
        )
        self.reading = ReadBus(self.agenda, bus.latency, config.outstanding, [self.fetch, self.loading])
        self.unchecked = 0  # the first cycle in which the next record of a mover can be checked
        self.entries: dict[Kind, int] = {}  # that wait to be written, from a cycle on
        self.entry_free = 0  # the first cycle in which the next one is taken

    def run(self) -> ListTimes:
        """The times of all records."""
        self.fetch.plan()
        self.agenda.run()
        if self.over is None:
            number = min(lane.waiting for lane in self.lanes.values() if lane.waiting is not None)
            raise ValueError(f"record {number} takes tokens, allowed are those that records before it give")
        return ListTimes(self.over, tuple(sorted(self.told, key=lambda each: each.number)), self.config.bus_bytes)

    def look(self, cycle: int) -> None:
        """A reader asks the bus."""
        self.reading.look(cycle)

    def come(self, place: int, cycle: int) -> None:
        """Words of the list come."""
        self.dispatch.come(place, cycle)

    def whole(self, number: int, cycle: int) -> None:
        """The last word of a record is taken: it waits before its engine, or for all of them."""
        record = self.records[number]
        if not isinstance(record, TokenRecord):
            self.agenda.at(cycle + 1, self.quiet)
            return
        lane = self.lanes[record.kind]
        lane.free, lane.waiting = None, number
        there = cycle + 1  # the word, in its lane
        lane.ready = there + 2
        if isinstance(record, Transfer):
            self.unchecked = max(there, self.unchecked) + check_cycles(record)
            lane.ready = self.unchecked + 1
        self.plan(record.kind)

    def plan(self, kind: Kind) -> None:
        """When the record that waits begins, as soon as that is known."""
        lane = self.lanes[kind]
        if lane.waiting is None or lane.idle is None or lane.planned:
            return
        record = self.records[lane.waiting]
        assert isinstance(record, TokenRecord)
        there = self.tokens.there(record)
        if there is not None:
            lane.planned = True
            self.agenda.at(max(lane.ready, lane.idle, there), lambda cycle: self.begin(kind, cycle))

    def begin(self, kind: Kind, cycle: int) -> None:
        """A record begins."""
        lane = self.lanes[kind]
        assert lane.waiting is not None and lane.idle is not None
        record = self.records[lane.waiting]
        assert isinstance(record, TokenRecord)
        self.tokens.take(record)
        lane.running, lane.begun, lane.token_waits = lane.waiting, cycle, cycle - max(lane.ready, lane.idle)
        lane.waiting, lane.free, lane.idle, lane.planned = None, cycle + 1, None, False
        if isinstance(record, Load):
            self.loading.begin(record, cycle)
        elif isinstance(record, Store):
            self.storing.begin(record, cycle)
        elif isinstance(record, Exec):
            self.executing.begin(record, cycle)
        self.dispatch.go()

    def ends(self, kind: Kind, cycle: int) -> None:
        """A record will end in a cycle."""
        self.agenda.at(cycle, lambda cycle: self.end(kind, cycle))

    def end(self, kind: Kind, cycle: int) -> None:
        """A record ends: it gives its tokens, and is told of."""
        lane = self.lanes[kind]
        record = self.records[lane.running]
        assert isinstance(record, TokenRecord)
        beats = {Kind.LOAD: self.loading.beats, Kind.STORE: self.storing.beats}.get(kind, 0)
        times = RecordTimes(lane.running, kind, lane.begun, cycle - lane.begun, lane.token_waits, beats)
        self.told.append(times)
        self.tokens.give(record, cycle)
        if self.profiled:
            self.entries[kind] = cycle + 1
            self.agenda.at(max(cycle + 1, self.entry_free), self.tell)
        else:
            lane.idle = cycle + 1
            self.agenda.at(cycle + 1, self.quiet)
        for each in RING:
            self.plan(each)

    def tell(self, cycle: int) -> None:
        """The entry of a record leaves for the bus, that of the first engine first."""
        ready = [kind for kind in RING if self.entries.get(kind, cycle + 1) <= cycle]
        if not ready or cycle < self.entry_free:
            return
        kind = ready[0]
        del self.entries[kind]
        lane = self.lanes[kind]
        lane.idle, self.entry_free = cycle + 1, 1 << 62
        self.agenda.at(cycle + 1, self.ask)
        self.agenda.at(cycle + 1, self.quiet)
        self.plan(kind)

    def ask(self, cycle: int) -> None:
        """An entry goes over the bus."""
        self.entry_free = self.writing.entry(cycle, PROFILE_ENTRY_BYTES // self.config.bus_bytes) + 1
        if self.entries:
            self.agenda.at(self.entry_free, self.tell)

    def quiet(self, cycle: int) -> None:
        """END and WAIT go on when no engine has a record, or an entry to tell."""
        idle = [lane.idle for lane in self.lanes.values() if lane.waiting is None and lane.idle is not None]
        if not self.dispatch.blocked or len(idle) < len(RING):
            return
        cycle = max([self.dispatch.last + 1, *idle])
        if self.records[self.dispatch.number - 1].kind == Kind.WAIT:
            self.dispatch.blocked = False
            self.dispatch.last = cycle + 1 + self.waits
            self.agenda.at(self.dispatch.last, lambda _: self.dispatch.go())
        elif self.over is None:
            self.over = cycle
            self.agenda.at(cycle + 1, self.stop)

    def stop(self, cycle: int) -> None:
        """Nothing is fetched any more."""
        self.fetch.stop(cycle)
        self.dispatch.drop(cycle)
        self.agenda.at(cycle + 1, self.finish, late=True)

    def finish(self, cycle: int) -> None:
        """The list is over when what was on its way is dropped."""
        if self.fetch.number > self.dispatch.place:
            self.agenda.at(self.reading.last + 1 if self.reading.last >= cycle else cycle + 1, self.finish, late=True)
            return
        last = [cycle, self.dispatch.last + 1]
        if self.profiled:
            last += [self.entry_free if self.entry_free < 1 << 62 else cycle, self.writing.entries_answered]
        self.over = max(last) + 1
