"""Errors of lists with their record, lists that stand, resets; and then a right run."""

import pytest

from lowtide.common.records.errors import Error
from lowtide.common.records.execute import Exec
from lowtide.common.records.kinds import End, Load, Store, Wait, pack

from control_bench import BUSY, DONE, FAILED, FAILS, RESET, TRANSFERS
from control_lists import DATA, LIST, PROFILE, RESULTS, bench, chain, expected, results, right_run


def broken(record, *, bits=(), **fields):
    """A record with bits turned, or with numbers that it refuses."""
    word = int.from_bytes(record.pack(), "little")
    for field in record.layout():
        if field.name in fields:
            word = field.put(word, fields[field.name])
    for bit in bits:
        word ^= 1 << bit
    return word.to_bytes(record.size, "little")


REFUSED = [
    (broken(Load(address=DATA), bits=[20]), Error.RESERVED),
    (broken(Load(address=DATA), bits=[511]), Error.RESERVED),
    (broken(Store(address=DATA), bits=[500]), Error.RESERVED),
    (broken(Exec(), bits=[1023]), Error.RESERVED),
    (broken(Exec(), bits=[31]), Error.RESERVED),
    (broken(End(), bits=[4]), Error.RESERVED),
    (broken(Wait(), bits=[300]), Error.RESERVED),
    (broken(End(), kind=5), Error.KIND),
    (broken(End(), kind=15), Error.KIND),
    (broken(Exec(), taps=0), Error.RANGE),
    (broken(Exec(), out_apart=5), Error.RANGE),
    (broken(Exec(), operand=3), Error.RANGE),
    (broken(Load(address=DATA), memory=4), Error.RANGE),  # no table is built
    (broken(Load(address=DATA), units=0), Error.RANGE),
    (broken(Load(address=DATA, local=511, units=2)), Error.ADDRESS),
    (broken(Store(address=DATA, local=511, units=2)), Error.ADDRESS),
    (broken(Load(address=0xF000)), Error.WINDOW),
    (broken(Store(address=0xE000)), Error.WINDOW),
]


@pytest.mark.parametrize(("record", "error"), REFUSED)
def test_an_illegal_record_stops_the_list_and_the_next_run_is_right(record, error):
    made = bench(stalls=0.1, latency=3)
    made.write("read_limit", 0xEFFF)
    made.write("write_limit", 0xDFFF)
    before = made.model.memory[0xE000:].copy()
    after = Store(address=0xD000, units=16)
    made.start("execute", pack(chain(2, 1)) + record + pack([after, *chain(1, 1), End()]), LIST)
    stored = made.model.memory[0xD000:0xD010].copy()
    assert made.until_over() == (error, 6)
    assert made.read("interrupts") == FAILS and made.read("status") == 4
    assert (made.model.memory[0xE000:] == before).all()
    if error == Error.KIND:  # waits for all before it
        assert (results(made, 2) == expected(made, 2)).all() and (made.model.memory[0xD000:0xD010] == stored).all()
    made.write("interrupts", FAILS)
    right_run(made)
    assert made.read("interrupts") == DONE


@pytest.mark.parametrize("response", [2, 3])
@pytest.mark.parametrize(
    ("fault", "number"),
    [
        ({"read_fault": (DATA + 20, DATA + 21)}, 3),  # LOAD of the second step
        ({"write_fault": (RESULTS + 5, RESULTS + 6)}, 2),
        ({"read_fault": (LIST + 64, LIST + 68)}, 1),  # the first word of EXEC
        ({"read_fault": (LIST + 2 * 64, LIST + 2 * 64 + 1)}, 1),  # its second half
        ({"write_fault": (PROFILE + 32, PROFILE + 36)}, None),
    ],
)
def test_an_error_of_the_bus_stops_the_list(fault, number, response):
    made = bench(stalls=0.2, latency=5, response=response, **fault)
    made.write("profile", PROFILE)
    made.start("execute", pack([*chain(3, 1), End()]), LIST)
    error, place = made.until_over()
    assert error == Error.BUS and number in (None, place)
    assert made.read("interrupts") == FAILS
    made.write("profile", 0)
    right_run(made)


def test_lists_and_entries_keep_to_the_windows():
    made = bench()
    made.write("read_limit", LIST + 64 * 5 - 1)
    made.start("execute", pack([Load(address=0, units=1)] * 9 + [End()]), LIST)
    assert made.until_over() == (Error.WINDOW, 5)
    made.write("read_limit", 0xFFFFFFFF)
    made.write("write_base", PROFILE)
    made.write("write_limit", PROFILE + 63)
    made.write("profile", PROFILE)
    before = made.model.memory[PROFILE + 64 : PROFILE + 96].copy()
    made.start("execute", pack([Load(address=0, units=1)] * 9 + [End()]), LIST)
    assert made.until_over() == (Error.WINDOW, 2)
    assert (made.model.memory[PROFILE + 64 : PROFILE + 96] == before).all() and made.read("profile_entries") == 3


@pytest.mark.parametrize(
    ("records", "number"),
    [
        ([Load(units=4, take_a=1), Load(units=4), End()], 0),  # nothing gives it a token
        ([Load(units=4), Store(address=RESULTS, take_a=1), Exec(take_a=1, give_b=1), End()], 1),  # each waits
        ([Exec(take_b=2), Load(units=4, give_a=1), End()], 0),
    ],
)
def test_a_list_that_waits_for_ever_is_caught_by_the_watchdog(records, number):
    made = bench(latency=10)
    made.write("watchdog", 100)
    made.start("execute", pack(records), LIST)
    assert made.until_over() == (Error.WATCHDOG, number)
    made.write("watchdog", 100)
    right_run(made)


def test_an_engine_that_does_not_end_is_told_to_stop():
    made = bench()
    made.write("watchdog", 60)
    made.engine.hangs = True
    made.start("execute", pack([*chain(2, 1), End()]), LIST)
    assert made.until_over() == (Error.WATCHDOG, 1)
    made.engine.hangs = False
    right_run(made)


def test_an_error_of_the_array_has_its_reason():
    made = bench()
    made.engine.errors = {1: (int(Error.ENGINE), 19)}
    made.start("execute", pack([*chain(3, 1), End()]), LIST)
    assert made.until_over() == (Error.ENGINE, 4)
    assert made.read("error") == Error.ENGINE | 19 << 8
    right_run(made)
    assert made.read("error") == 0
    made.engine.errors = {made.engine.begun: (int(Error.OVERFLOW), 3)}
    made.start("execute", pack([*chain(1, 1), End()]), LIST)
    assert made.until_over() == (Error.OVERFLOW, 1) and made.read("error") == Error.OVERFLOW


def test_a_counter_that_would_exceed_255_is_an_error():
    made = bench()
    made.start("execute", pack([Load(units=1, give_a=7)] * 37 + [End()]), LIST)
    assert made.until_over() == (Error.RANGE, 36)
    right_run(made)


def test_a_start_while_a_list_runs_is_an_error():
    made = bench(latency=20)
    made.start("execute", pack([*chain(8, 1), End()]), LIST)
    for _ in range(100):
        made.cycle()
    made.write("start", 1)
    error, number = made.until_over()
    assert error == Error.START and 0 < number < 24
    right_run(made)


@pytest.mark.parametrize("seed", range(6))
def test_a_reset_at_any_cycle_leaves_nothing_behind(seed):
    made = bench(seed=seed, stalls=0.2, latency=8)
    made.start("execute", pack([*chain(6, 1), End()]), LIST)
    for _ in range(made.rng.randrange(20, 600)):
        made.cycle()
    made.reset()
    assert made.read("status") == 0 and made.read("interrupts") == 0
    right_run(made)


NEVER = 1 << 31  #: cycles of latency


@pytest.mark.parametrize("stands", ["reads", "writes", "everything"])
def test_a_bus_that_never_answers_is_told_and_software_gets_out(stands):
    """The machine stays busy, as no transfer of AXI can be taken back; with the bus in reset it is reset as well."""
    made = bench(latency=5)
    made.write("watchdog", 100)
    made.start("execute", pack([*chain(12, 1), End()]), LIST)
    for _ in range(made.rng.randrange(300)):
        made.cycle()
    made.model.behave(latency=NEVER if stands == "reads" else 5, stalls=stuck(stands))
    error, number = made.until_failed()
    assert error == Error.WATCHDOG and number <= 36
    for _ in range(1000):
        made.cycle()
    assert made.read("status") == BUSY | FAILED | TRANSFERS
    made.write("start", 2)  # is not heard
    assert (made.read("error") & 15, made.read("error_record")) == (error, number)
    made.model.hold_bus(True)
    made.write("start", RESET)
    made.model.hold_bus(False)
    assert made.read("status") == 0 and made.read("error") == 0
    assert made.read("interrupts") == FAILS and made.read("watchdog") == 100  # registers stay
    made.write("interrupts", FAILS)
    right_run(made)


def stuck(stands):
    """How often the channels of the bus stand: the memory accepts no write, or nothing at all."""
    return {"reads": 0.0, "writes": [0.0, 0.0, 1.0, 1.0, 1.0], "everything": 1.0}[stands]


def test_a_list_that_waits_for_ever_is_left_by_a_reset_without_one_of_the_bus():
    made = bench(latency=4)
    made.start("execute", pack([*chain(1, 1), Load(units=1, take_b=1), End()]), LIST)
    for _ in range(1500):
        made.cycle()
    assert made.read("status") == BUSY  # no watchdog, no transfer
    made.write("start", RESET)
    assert made.read("status") == 0 and made.read("interrupts") == 0
    right_run(made)


@pytest.mark.parametrize("seed", range(4))
def test_software_can_reset_in_any_cycle_where_it_resets_the_bus_too(seed):
    made = bench(seed=seed, stalls=0.3, latency=9)
    made.start("execute", pack([*chain(6, 1), End()]), LIST)
    for _ in range(made.rng.randrange(20, 600)):
        made.cycle()
    made.model.hold_bus(True)
    made.write("start", RESET)
    made.model.hold_bus(False)
    assert made.read("status") == 0 and made.read("cycles") == 0
    right_run(made)
