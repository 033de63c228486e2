"""Lists of records: order, tokens, WAIT and END, lists in memory, and every error that has no time in it."""

from dataclasses import replace

import numpy as np
import pytest

from lowtide.common.records.entries import Parameter, Tap
from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.kinds import End, Load, Memory, Store, Wait, pack
from lowtide.golden.machine import Interpreter, Machine
from lowtide.golden.machine.mode_word import word_of_mode
from lowtide.golden.mode import Array, Mode

ARRAY = Array(kind="parallel", rows=4, cols=4, lanes=4, w_types=("signed",), w_formats=("plain", "ternary"))
MACHINE = Machine(array=ARRAY, feature_bytes=1 << 10, weight_bytes=1 << 8, parameters=16, taps=16, multiplier_bits=12)
MODE = word_of_mode(Mode())


def interpreter(machine=MACHINE, size=1024):
    found = Interpreter(machine, np.zeros(size, np.uint8))
    found.local(Memory.PARAMETER)[:] = list(Parameter(multiplier=1).pack())
    return found


def test_records_run_up_to_end():
    machine = interpreter()
    machine.run([Load(fill=1, fill_value=3), End(), Load(fill=1, fill_value=4)])
    assert (machine.local(Memory.FEATURE)[0] == 3).all()


def test_the_host_has_its_turn_at_each_wait():
    machine, seen = interpreter(), []
    records = [Load(fill=1, fill_value=5), Wait(), Load(fill=1, fill_value=6), Wait(), End()]
    machine.run(records, resume=lambda: seen.append(int(machine.local(Memory.FEATURE)[0, 0])))
    assert seen == [5, 6]
    machine.run(records)


def test_lists_in_external_memory_are_run_where_they_lie():
    machine = interpreter()
    records = [Load(address=0, units=16), Exec(source=Source.VECTOR_SUM, out_base=20, out_values=4), End()]
    external = machine.memories.external
    external[:64], external[640 : 640 + 256] = 9, np.frombuffer(pack(records), np.uint8)
    machine.run_at(640)
    assert machine.local(Memory.FEATURE)[20].tolist() == [9, 0, 0, 0]
    with pytest.raises(ValueError, match="address is 0x8, allowed are multiples of 64"):
        machine.run_at(8)


def test_lists_for_another_machine_are_refused_and_nothing_of_them_runs():
    machine = replace(MACHINE, identity=0x1234)
    for program in (0, 0x1235, 0xFFFF_FFFF):
        foreign = Interpreter(machine, np.zeros(1024, np.uint8), program=program)
        foreign.measured = {3: (0, 1)}
        line = f"record 0: FOREIGN: program is {program:#x}, allowed on this machine is 0x1234"
        with pytest.raises(MachineError, match=line):
            foreign.run([Load(fill=1, fill_value=3)])
        with pytest.raises(MachineError, match=line):
            foreign.run_at(1 << 20)
        assert not foreign.local(Memory.FEATURE).any() and foreign.measured == {}
        foreign.program = 0x1234
        foreign.run([Load(fill=1, fill_value=3)])
        assert foreign.local(Memory.FEATURE)[0].all()
    Interpreter(machine, np.zeros(1024, np.uint8)).run([Load(fill=1)])


@pytest.mark.parametrize(
    "word, error, line",
    [
        (1 | 1 << 16, Error.RESERVED, "reserved bits are 0x10000"),
        (9, Error.KIND, "kind is 9"),
        (1, Error.RANGE, "units is 0"),
    ],
)
def test_words_that_are_no_records_stop_the_list(word, error, line):
    machine = interpreter()
    content = Load(fill=1, fill_value=1).pack() + word.to_bytes(64, "little")
    machine.memories.external[: len(content)] = list(content)
    with pytest.raises(MachineError, match=line) as refusal:
        machine.run_at(0)
    assert (refusal.value.error, refusal.value.record) == (error, 1)
    assert machine.local(Memory.FEATURE)[0].tolist() == [1] * 4  # the record before it has run


def test_a_list_without_end_is_an_error_of_the_bus():
    machine = interpreter(size=128)
    machine.memories.external[:] = list(pack([Wait(), Wait()]))
    with pytest.raises(MachineError, match="lies beyond memory") as refusal:
        machine.run_at(0)
    assert (refusal.value.error, refusal.value.record) == (Error.BUS, 2)


def test_records_beyond_the_window_are_not_fetched():
    for window, record in (((64, 256), 0), ((0, 128), 2), ((0, 192), 2)):
        machine = interpreter()
        content = pack([Load(fill=1, fill_value=2), Load(fill=1), Exec(**VECTOR, out_base=9), End()])
        machine.memories.external[: len(content)] = list(content)
        machine.read_window = window
        with pytest.raises(MachineError, match="the window is") as refusal:
            machine.run_at(0)
        assert (refusal.value.error, refusal.value.record) == (Error.WINDOW, record)


def test_tokens_go_round_the_ring():
    """Every pair of engines, both ways: `a` is the next one, `b` the one behind it."""
    load, run, store = Load(fill=1), Exec(source=Source.VECTOR_SUM), Store()
    pairs = [
        (replace(load, give_a=2), replace(run, take_b=2)),
        (replace(load, give_b=2), replace(store, take_a=2)),
        (replace(run, give_a=2), replace(store, take_b=2)),
        (replace(run, give_b=2), replace(load, take_a=2)),
        (replace(store, give_a=2), replace(load, take_b=2)),
        (replace(store, give_b=2), replace(run, take_a=2)),
    ]
    for giver, taker in pairs:
        interpreter().run([giver, taker])
        for wrong in ([taker, giver], [giver, taker, taker], [taker]):
            with pytest.raises(ValueError, match=r"record \d: .* takes 2 tokens of .* leave 0: a deadlock"):
                interpreter().run(wrong)
    with pytest.raises(ValueError, match="record 1: LOAD takes 1 tokens of STORE, the records before it leave 0"):
        interpreter().run([replace(load, give_a=1), replace(load, take_b=1)])


def test_counters_hold_255_tokens():
    giving = [Load(fill=1, give_a=5)] * 51
    interpreter().run(giving)
    with pytest.raises(MachineError, match="record 51: RANGE: LOAD leaves 256 tokens for EXEC") as refusal:
        interpreter().run([*giving, Load(fill=1, give_a=1)])
    assert refusal.value.error == Error.RANGE


ENGINE = dict(mode=MODE, out_values=4)
VECTOR = dict(source=Source.VECTOR_SUM, out_values=4)
SMALL = Machine(array=ARRAY, feature_bytes=1 << 10, weight_bytes=1 << 8, parameters=16, taps=16, post=())


@pytest.mark.parametrize(
    "fields, error, line",
    [
        (ENGINE | dict(mode=MODE | 1 << 41), Error.RANGE, "mode is"),
        (ENGINE | dict(taps=2), Error.RANGE, "chunks is 1, allowed is taps times blocks, 2"),
        (VECTOR | dict(blocks=2, chunks=2), Error.RANGE, "blocks is 2, allowed with a vector source is 1"),
        (ENGINE | dict(tile_columns=5), Error.RANGE, "tile_columns is 5, allowed are 1 to 4"),
        (VECTOR | dict(in_bits=4), Error.RANGE, "in_bits is 4, allowed are 8, 16"),
        (VECTOR | dict(tail=4), Error.RANGE, "tail is 4, with values of 8 bits an atom of 32 bits holds fewer"),
        (ENGINE | dict(out_bits=4), Error.RANGE, "out_bits is 4, allowed are 8, 16"),
        (ENGINE | dict(out_bits=16), Error.RANGE, "out_values is 4, an atom of 32 bits holds 2"),
        (ENGINE | dict(out_planes=1), Error.RANGE, "out_bits is 8, allowed in planes are up to 0"),
        (ENGINE | dict(operand=Operand.ADD, own_multiplier=4096), Error.RANGE, "own_multiplier is 4096"),
        (ENGINE | dict(weight_packing=2, mode=word_of_mode(Mode(w_bits=2))), None, ""),
        (ENGINE | dict(tap_base=16), Error.ADDRESS, "TAP memory is read from unit 16 to 16, it has 16"),
        (ENGINE | dict(weight_base=16), Error.ADDRESS, "WEIGHT memory is read from unit 16"),
        (ENGINE | dict(parameter_base=15, out_channels=2, tile_columns=2), Error.ADDRESS, "PARAMETER memory is read"),
        (ENGINE | dict(in_base=256), Error.ADDRESS, "input is atom 256 of the feature memory, which has 256"),
        (ENGINE | dict(out_base=255, out_columns=2), Error.ADDRESS, "output is atom 256"),
        (ENGINE | dict(operand=Operand.ADD, operand_base=300), Error.ADDRESS, "operand is atom 300"),
        (VECTOR | dict(in_column_step=-1, out_columns=2, in_columns=2), Error.ADDRESS, "input is atom -1"),
        (ENGINE | dict(mode=word_of_mode(Mode(w_signed=False))), Error.ENGINE, "mode.w_signed"),
        (ENGINE | dict(mode=word_of_mode(Mode(hese=True))), Error.ENGINE, "mode.hese"),
        (ENGINE | dict(mode=MODE | 15 << 33), Error.ENGINE, "mode.w_format is 15"),
        (ENGINE | dict(tail=4), Error.ENGINE, "tail is 4, allowed in this mode are 0 to 3"),
    ],
)
def test_records_that_cannot_run_are_refused(fields, error, line):
    machine = interpreter()
    records = [Load(fill=1, fill_value=1, local=1), Exec(**fields)]
    if error is None:
        machine.run(records)
        return
    with pytest.raises(MachineError, match=line) as refusal:
        machine.run(records)
    assert (refusal.value.error, refusal.value.record) == (error, 1) and "\n" not in str(refusal.value)
    assert machine.local(Memory.FEATURE)[1].tolist() == [1] * 4 and not machine.local(Memory.FEATURE)[2:].any()


@pytest.mark.parametrize(
    "fields, part",
    [
        (VECTOR, "vector"),
        (ENGINE | dict(operand=Operand.ADD), "operand"),
        (ENGINE | dict(operand=Operand.PRODUCT), "product"),
        (ENGINE | dict(table=1), "table"),
        (ENGINE | dict(top_terms=1), "top_terms"),
        (ENGINE | dict(measure=1), "measure"),
    ],
)
def test_what_is_not_built_is_refused(fields, part):
    with pytest.raises(MachineError, match=f"{part} is used, but it is not built") as refusal:
        interpreter(SMALL).run([Exec(**fields)])
    assert refusal.value.error == Error.RANGE


def test_taps_beyond_the_input_are_not_read():
    machine = interpreter()
    machine.local(Memory.TAP)[0] = list(Tap(offset=-1, dy=-1).pack())
    machine.run([Exec(**VECTOR, padding=7, out_base=3)])
    assert machine.local(Memory.FEATURE)[3].tolist() == [7, 0, 0, 0]


def test_addresses_count_modulo_twice_the_memory():
    machine = interpreter()
    machine.local(Memory.FEATURE)[5] = 8
    machine.run([Exec(**VECTOR, in_base=512 + 5, out_base=1024 + 3)])
    assert machine.local(Memory.FEATURE)[3].tolist() == [8, 0, 0, 0]


def test_codes_without_meaning_stop_the_engine():
    machine = interpreter()
    machine.local(Memory.WEIGHT)[0] = 2
    with pytest.raises(MachineError, match="record 0: ENGINE") as refusal:
        machine.run([Exec(**ENGINE | dict(mode=word_of_mode(Mode(w_format="ternary", w_bits=2))))])
    assert refusal.value.error == Error.ENGINE


def test_sums_beyond_32_bits_overflow():
    machine = interpreter()
    machine.local(Memory.FEATURE)[0, 0] = 1
    for bias, fits in (((1 << 31) - 2, True), ((1 << 31) - 1, False)):
        machine.local(Memory.PARAMETER)[0] = list(Parameter(bias=bias).pack())
        record = Exec(**VECTOR)
        if fits:
            machine.run([replace(record, out_base=9)])
            continue
        with pytest.raises(MachineError, match="record 0: OVERFLOW: a sum is 2147483648, allowed are 32 bits"):
            machine.run([record])


def test_weights_are_packed_no_denser_than_they_have_bits():
    array = Array(kind="bit_plane", rows=4, cols=4, lanes=8)
    machine = Interpreter(Machine(array=array, feature_bytes=64, weight_bytes=256), np.zeros(0, np.uint8))
    with pytest.raises(MachineError, match="weight_packing is 1, weights of 1 bits have no room for 2 beats"):
        machine.run([Exec(mode=MODE, weight_packing=1)])
