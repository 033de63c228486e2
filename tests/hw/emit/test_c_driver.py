"""The driver in C on the Verilated machine: lists run, WAIT is answered, errors are told, the next run is right."""

import ctypes

import numpy as np
import pytest

from lowtide.common.records.errors import Error
from lowtide.common.records.execute import Exec, Source
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, pack
from lowtide.common.records.record import Kind
from lowtide.hw.config.machines import MACHINES, find_machine, flexible_machine
from lowtide.hw.control.registers.configured import configured_words
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.mode.word import Mode
from lowtide.sim.machine import MachineModel

from c_driver import ENTRY, Description, Driver, Windows, driver_library

MEMORY = 1 << 18
PROFILE = 0x20000


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return driver_library(tmp_path_factory.mktemp("driver"))


@pytest.fixture(scope="module")
def model():
    return MachineModel(flexible_machine("parallel"), memory_bytes=MEMORY, quick=True)


@pytest.fixture
def driver(library, model):
    """The driver on a machine as it is after a reset, with its registers set."""
    model.behave(latency=9)
    model.reset()
    made = Driver(library, model)
    made.value("enable_interrupts", 0)
    made.value("set_watchdog", 2000)
    made.value("set_windows", ctypes.byref(Windows(0, MEMORY - 1, 0, MEMORY - 1)))
    assert made.told("set_profile", PROFILE) == "DONE"
    return made


def copy(model, units, source=0x4000, target=0x8000):
    """Records that copy atoms through the feature memory, and their bytes, at random."""
    values = np.random.default_rng(units).integers(0, 256, units * model.config.atom_bytes, np.uint8)
    model.write(source, values)
    return [Load(address=source, units=units, give_b=1), Store(address=target, units=units, take_a=1)], values


def test_a_list_runs_and_its_profile_is_read(driver, model):
    records, values = copy(model, 48)
    assert driver.run(records) == "DONE"
    assert np.array_equal(model.read(0x8000, len(values)), values)
    assert driver.called == ["before_start", "after_stop"]
    assert driver.value("cycles") == model.read_register("cycles") > 100
    assert driver.value("profile_entries") == 2
    profile = model.memory[PROFILE:].ctypes
    load, store = (driver.library.lowtide_read_profile(profile, number) for number in range(2))
    assert [(each.record, each.kind) for each in (load, store)] == [(0, Kind.LOAD), (1, Kind.STORE)]
    beats = len(values) // model.config.bus_bytes
    assert load.beats == store.beats == beats and store.token_waits > 0 and load.bus_waits > 0
    assert 0 < load.begun + load.cycles <= store.begun < store.begun + store.cycles <= driver.value("cycles")
    words = model.memory[PROFILE:][:32].view(np.uint32)
    assert [getattr(load, name) for name in ENTRY[2:8]] == words[1:7].tolist() and load.smallest == load.largest == 0
    assert driver.told("set_profile", 0) == "DONE" and driver.run(records) == "DONE"
    assert driver.value("profile_entries") == 0


def test_the_smallest_and_largest_sum_of_a_record_are_read(driver, model):
    """Sums are the values of four atoms, a pixel each, one of whose channels does not count."""
    values = np.random.default_rng(3).integers(-128, 128, (4, model.config.atom_bytes), np.int8)
    model.write(0x4000, values.view(np.uint8))
    fields = dict(in_bits=8, tail=3, in_signed=1, out_columns=4, in_columns=4, stride_x=1, in_column_step=1)
    fields |= dict(out_base=64, out_channels=3, out_values=4, parameter_step=0, take_b=1, measure=1)
    record = Exec(source=Source.VECTOR_SUM, **fields)
    load = Load(address=0x4000, units=4, give_a=1)
    fill = [Load(memory=memory, fill=1) for memory in (Memory.TAP, Memory.PARAMETER)]
    assert driver.run([*fill, load, record]) == "DONE" and driver.value("profile_entries") == 4
    told = driver.library.lowtide_read_profile(model.memory[PROFILE:].ctypes, 3)
    assert (told.record, told.kind, told.bus_waits, told.beats) == (3, Kind.EXEC, 0, 0)
    extremes = [ctypes.c_int32(word).value for word in (told.smallest, told.largest)]
    assert extremes == [values[:, :3].min(), values[:, :3].max()]


def test_the_list_of_initialisation_is_the_other_one(driver, model):
    records, values = copy(model, 8)
    model.write(0x2000, np.frombuffer(pack([*records, End()]), np.uint8))
    model.write_register("execution", 0x3000)
    assert driver.told("start_initialisation", 0x2000) == "DONE" and driver.told("wait", 0) == "DONE"
    assert np.array_equal(model.read(0x8000, len(values)), values)


def test_waits_are_answered_and_caches_kept_true_around_them(driver, model):
    records, values = copy(model, 16)
    seen = []

    def answer():
        seen.append(model.read(0x8000, len(values)))
        model.write(0x4000, values[::-1])

    driver.on_wait = answer
    assert driver.run([*records, Wait(), *records]) == "DONE"
    assert len(seen) == 1 and np.array_equal(seen[0], values)
    assert np.array_equal(model.read(0x8000, len(values)), values[::-1])
    assert driver.called == ["before_start", "after_stop", "on_wait", "before_start", "after_stop"]


def test_hooks_may_be_missing(library, driver, model):
    records, values = copy(model, 16)
    bare = Driver(library, model, hooks=("idle",))
    assert bare.run([Wait(), *records]) == "DONE" and bare.called == []
    assert np.array_equal(model.read(0x8000, len(values)), values)


def test_the_interrupt_alone_is_enough(driver, model):
    records, values = copy(model, 16)
    driver.on_wait = lambda: None
    model.write(0x1000, np.frombuffer(pack([*records, Wait(), End()]), np.uint8))
    driver.value("enable_interrupts", 1)
    for expected in ("RUNNING", "DONE"):
        if expected == "RUNNING":
            assert driver.told("start_execution", 0x1000) == "DONE" and driver.told("service") == "RUNNING"
        assert model.step(5000)  # the interrupt
        assert driver.told("service") == expected and not model.step(1)
    assert "on_wait" in driver.called and np.array_equal(model.read(0x8000, len(values)), values)
    driver.value("enable_interrupts", 0)
    assert driver.told("start_execution", 0x1000) == "DONE" and not model.step(3000)


@pytest.mark.parametrize(
    "wrong, error",
    [
        (Load(address=MEMORY), Error.WINDOW),
        (Load(units=1, take_a=1), Error.WATCHDOG),
        (Load(local=(1 << 24) - 1, units=2), Error.ADDRESS),
        (b"\x0f" + bytes(63), Error.KIND),
        (b"\x01" + bytes(62) + b"\x80", Error.RESERVED),
    ],
    ids=lambda each: each.name if isinstance(each, Error) else "",
)
def test_errors_are_told_and_the_next_run_is_right(driver, model, wrong, error):
    records, values = copy(model, 16)
    driver.on_wait = lambda: None
    listed = pack([*records, Wait()]) + (wrong if isinstance(wrong, bytes) else pack([wrong])) + pack([End()])
    model.write(0x1000, np.frombuffer(listed, np.uint8))
    assert driver.told("start_execution", 0x1000) == "DONE" and driver.told("wait", 0) == "FAILED"
    found = driver.value("last_error")
    assert (found.code, found.record) == (error, 3) and not driver.value("is_busy")
    assert driver.called[-1] == "after_stop"
    model.write(0x8000, np.zeros_like(values))
    assert driver.run(records) == "DONE" and driver.value("last_error").code == Error.NONE
    assert np.array_equal(model.read(0x8000, len(values)), values)


def test_the_reason_of_the_array_is_told(driver, model):
    mode = Mode(hese=True).word()
    records = [Load(memory=Memory.TAP, fill=1, give_a=1), Exec(mode=mode, out_values=1, take_b=1)]
    assert driver.run(records) == "FAILED"
    found = driver.value("last_error")
    assert (found.code, found.reason, found.record) == (Error.ENGINE, Reason["UNSUPPORTED_HESE"], 1)


def test_what_happened_before_a_start_is_forgotten(driver, model):
    records, _ = copy(model, 16)
    model.write(0x1000, np.frombuffer(pack([*records, End()]), np.uint8))
    assert driver.told("start_execution", 0x1000) == "DONE"
    model.step(3000)
    assert not driver.value("is_busy") and model.read_register("interrupts") == 1  # it is done, and nobody asked
    assert driver.run([Load(units=1, take_a=1)]) == "FAILED"


def test_windows_are_those_that_are_set(driver, model):
    records, values = copy(model, 4)
    end = len(values) - 1
    for windows, expected in [
        ((0x1000, 0x4000 + end, 0x8000, MEMORY - 1), "DONE"),
        ((0x1000, 0x4000 + end - 1, 0x8000, MEMORY - 1), "FAILED"),
        ((0x1000, MEMORY - 1, 0x8001, MEMORY - 1), "FAILED"),
        ((0x1001, MEMORY - 1, 0, MEMORY - 1), "FAILED"),
        ((0, MEMORY - 1, 0, PROFILE - 1), "FAILED"),
    ]:
        driver.value("set_windows", ctypes.byref(Windows(*windows)))
        assert driver.run(records) == expected, windows
        assert driver.value("last_error").code == (Error.WINDOW if expected == "FAILED" else Error.NONE)


def test_a_list_for_another_machine_is_refused(driver, model):
    records, values = copy(model, 16)
    for other in (0, model.config.identity ^ 1 << 31, find_machine("tiny").identity):
        driver.value("set_program", other)
        model.write(0x8000, np.zeros_like(values))
        assert driver.run(records) == "FAILED" and not driver.value("is_busy")
        found = driver.value("last_error")
        assert (found.code, found.record) == (Error.FOREIGN, 0) and not model.read(0x8000, len(values)).any()
        driver.value("set_program", model.config.identity)
        assert driver.run(records) == "DONE" and np.array_equal(model.read(0x8000, len(values)), values)


def test_a_machine_that_hangs_is_left_by_a_reset(driver, model):
    records, values = copy(model, 16)
    driver.value("set_watchdog", 0)
    assert driver.run([Load(units=1, take_a=1)], looks=5) == "TIMEOUT"
    assert driver.told("start_execution", 0x1000) == "BUSY" == driver.told("start_initialisation", 0x1000)
    assert driver.told("reset") == "DONE" and not driver.value("is_busy")
    assert driver.run(records) == "DONE"
    assert np.array_equal(model.read(0x8000, len(values)), values)


def test_a_reset_waits_for_answers_of_the_bus(driver, model):
    records, _ = copy(model, 16)
    model.behave(latency=4000)
    assert driver.run(records, looks=50) == "TIMEOUT" and model.read_register("error") == Error.WATCHDOG
    assert driver.told("reset") == "BUS_IN_FLIGHT" and driver.value("is_busy")
    model.behave(latency=9)
    assert driver.told("wait", 0) == "FAILED" and driver.value("last_error").code == Error.WATCHDOG


def test_addresses_that_no_register_takes_are_refused(driver):
    assert driver.told("start_execution", 0x1020) == "UNALIGNED" == driver.told("start_initialisation", 1)
    assert driver.told("set_profile", 16) == "UNALIGNED"
    assert driver.called == []


def test_a_machine_is_known_by_its_registers(driver, model):
    own = configured_words(model.config)
    assert own == {name: model.read_register(name) for name in own}
    assert driver.told("identify", None) == "DONE"
    assert driver.told("identify", ctypes.byref(Description(**own))) == "DONE"
    assert own["identity"] == model.config.identity
    for name in own:
        other = Description(**own | {name: own[name] ^ 1 << 12})
        assert driver.told("identify", ctypes.byref(other)) == "OTHER_MACHINE"
    every = {tuple(configured_words(find_machine(name)).items()) for name in MACHINES}
    assert len(every) > 3
    real, driver.model = driver.model, None
    for version in (0, 1, 0x4C54_0001, 0x4C54_0003, 0x4C55_0002, 0xFFFF_FFFF):

        class Fixed:
            def read_register(self, name, version=version):
                return version if name == "version" else real.read_register(name)

        driver.model = Fixed()
        assert driver.told("identify", None) == "NO_MACHINE"
