"""What is told of the order of records is held against their tokens."""

from dataclasses import replace

import pytest

from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Store, Wait
from lowtide.common.records.record import Kind
from lowtide.formal.fuzz.machines.told_order import told_of_order
from lowtide.sim.machine import Entry

RECORDS = (Load(give_a=2), Load(give_a=1), Exec(take_b=3, give_a=1), Store(take_b=1), Wait(), Load(), End())


def entry(number, kind, begun, cycles, token_waits=0):
    return Entry(
        number=number, kind=kind, begun=begun, cycles=cycles, token_waits=token_waits, beats=0, active=0, bus_waits=0
    )


TOLD = {
    0: entry(0, Kind.LOAD, 10, 20),
    1: entry(1, Kind.LOAD, 35, 15),
    2: entry(2, Kind.EXEC, 51, 40, token_waits=31),
    3: entry(3, Kind.STORE, 100, 9),
    5: entry(5, Kind.LOAD, 120, 9),
}


def test_what_tokens_allow_is_right():
    assert told_of_order(RECORDS, TOLD) == ""
    later = TOLD | {2: replace(TOLD[2], begun=57, token_waits=0)}  # its engine was not ready before
    assert told_of_order(RECORDS, later) == ""


@pytest.mark.parametrize(
    "number, change, line",
    [
        (1, dict(begun=29), "record 1 is told to begin at cycle 29, others end at 30 and 0"),
        (2, dict(begun=49, token_waits=0), "record 2 is told to begin at cycle 49, others end at 0 and 50"),
        (2, dict(begun=52), "record 2 is told to begin at cycle 52, and to have waited for cycle 50"),
        (2, dict(token_waits=52), "record 2 is told to have waited for tokens for 52 cycles"),
        (1, dict(token_waits=1), "record 1 is told to have waited for tokens for 1 cycles"),
        (3, dict(begun=90), "record 3 is told to begin at cycle 90, others end at 0 and 91"),
        (5, dict(begun=108), "record 5 is told to begin at cycle 108, others end at 109 and 0"),
    ],
)
def test_what_they_do_not_allow_is_found(number, change, line):
    assert told_of_order(RECORDS, TOLD | {number: replace(TOLD[number], **change)}) == line
