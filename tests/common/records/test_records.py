"""Records: what is packed comes back, what a field cannot state is refused, places never move unseen."""

from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lowtide.common.records.errors import ERROR_BITS, Error, MachineError
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.field import fields_of, stated
from lowtide.common.records.kinds import KINDS, End, Load, Memory, Store, Wait, pack, unpack
from lowtide.common.records.record import HEADER, HEADER_BITS, RECORD_BYTES, Kind, Record


def numbers(field):
    return st.one_of(st.integers(field.least, field.most), st.sampled_from((field.least, field.most)))


def records(kind):
    """Any legal record of a kind."""
    fixed = {"memory": 0, "fill": 0} if kind is Store else {}
    return st.builds(kind, **{f.name: st.just(fixed[f.name]) if f.name in fixed else numbers(f) for f in kind.stated()})


EVERY = [pytest.param(kind, id=kind.kind.name) for kind in KINDS.values()]
STATED = [
    pytest.param(kind, field, id=f"{kind.kind.name}-{field.name}") for kind in (Load, Exec) for field in kind.stated()
]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_bytes_come_back_as_the_records_they_were(data):
    chosen = data.draw(st.lists(st.one_of(*(records(kind) for kind in (Load, Exec, Store, Wait))), max_size=4))
    chosen.append(End())
    packed = pack(chosen)
    assert len(packed) == sum(record.size for record in chosen)
    assert unpack(packed) == chosen
    assert unpack(packed + b"\xff" * 64) == chosen  # what follows END is none of the list


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_every_word_without_reserved_bits_is_a_record_or_out_of_range(data):
    kind = data.draw(st.sampled_from(tuple(KINDS.values())))
    word = data.draw(st.integers(0, (1 << 8 * kind.size) - 1)) & ~kind.reserved() & ~15 | kind.kind
    packed = word.to_bytes(kind.size, "little")
    legal = all(field.least <= field.number_in(word) <= field.most for field in kind.stated())
    if kind is Store:
        legal = legal and not word >> HEADER_BITS & 7 and not word >> 331 & 1
    if legal:
        assert kind.unpack(packed).pack() == packed
    else:
        with pytest.raises(ValueError, match="allowed"):
            kind.unpack(packed)


@pytest.mark.parametrize("kind", EVERY)
def test_reserved_bits_are_refused_one_by_one(kind):
    record = kind()
    reserved, word = kind.reserved(), int.from_bytes(record.pack(), "little")
    assert not word & reserved
    for bit in range(8 * kind.size):
        if reserved >> bit & 1:
            with pytest.raises(ValueError, match="reserved bits"):
                kind.unpack((word | 1 << bit).to_bytes(kind.size, "little"))
    assert reserved.bit_count() + 4 + sum(field.bits for field in kind.stated()) == 8 * kind.size


@pytest.mark.parametrize("kind, field", STATED)
def test_values_out_of_range_are_refused_in_a_line(kind, field):
    for value in (field.least - 1, field.most + 1, 0.5, "1", None, True):
        with pytest.raises(
            ValueError, match=rf"^{field.name} is .*, allowed are {field.least} to {field.most}"
        ) as refusal:
            kind(**{field.name: value})
        assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("kind", EVERY)
def test_fields_lie_without_gaps_behind_the_header(kind):
    layout = kind.layout()
    assert layout[: len(HEADER)] == HEADER and HEADER[-1].end == HEADER_BITS
    assert all(field.lowest_bit == before.end for before, field in pairwise(layout))
    assert layout[-1].end <= 8 * kind.size
    assert all(field.meaning for field in layout)


def test_places_that_hardware_and_drivers_read():
    assert {kind.name: int(kind) for kind in Kind} == {"END": 0, "LOAD": 1, "EXEC": 2, "STORE": 3, "WAIT": 4}
    assert [field.lowest_bit for field in HEADER] == [0, 4, 7, 10, 13, 16]
    assert Exec.size == 2 * RECORD_BYTES == 128 and Load.size == Store.size == End.size == Wait.size == 64
    record = Exec(take_a=1, give_b=2, mode=0x1234, chunks=7, source=Source.VECTOR_MAX, operand=Operand.ADD)
    word = int.from_bytes(record.pack(), "little")
    assert word & 0xFFFF == 2 | 1 << 4 | 2 << 13
    assert word >> 32 & 0xFFFFFFFFFFFF == 0x1234 and word >> 80 & 0xFFFF == 7 and word >> 102 & 3 == 2
    load = int.from_bytes(Load(memory=Memory.TAP, address=0x80, units=9, pitch_1=-8).pack(), "little")
    assert load >> 32 & 7 == 3 and load >> 35 & 0xFFFFFFFF == 0x80 and load >> 91 & 0xFFFFFF == 9
    assert load >> 163 & 0xFFFFFFFF == 0xFFFFFFF8


def test_stores_are_of_the_feature_memory():
    with pytest.raises(ValueError, match="memory is 3 .TAP., allowed in STORE is 0"):
        Store(memory=Memory.TAP)
    with pytest.raises(ValueError, match="fill is 1, allowed in STORE is 0"):
        Store(fill=1)


def test_lists_that_are_none_are_refused_with_the_number_of_the_record():
    load = Load().pack()
    with pytest.raises(ValueError, match="record 1 has 0 bytes, allowed are 64: END is missing"):
        unpack(load)
    with pytest.raises(ValueError, match="record 1: KIND: kind is 9, allowed are 0 to 4"):
        unpack(load + bytes([9]) + bytes(63))
    with pytest.raises(ValueError, match="record 1: EXEC has 64 bytes, allowed are 128"):
        unpack(load + Exec().pack()[:64])
    with pytest.raises(ValueError, match="record 0: RANGE: units is 0, allowed are 1 to"):
        unpack(bytes([1]) + bytes(63))
    with pytest.raises(ValueError, match="kind is 1, allowed in STORE is 3"):
        Store.unpack(load)


@pytest.mark.parametrize(
    "word, error",
    [
        (9 | 1 << 20, Error.RESERVED),
        (9, Error.KIND),
        (1 | 1 << 500, Error.RESERVED),  # units are 0 as well
        (1, Error.RANGE),
        (4 | 1 << 4, Error.RESERVED),  # WAIT takes no tokens
    ],
)
def test_of_several_errors_the_lowest_code_is_told(word, error):
    with pytest.raises(MachineError) as refusal:
        unpack(Wait().pack() + word.to_bytes(64, "little"))
    assert (refusal.value.error, refusal.value.record) == (error, 1) and str(refusal.value).startswith("record 1: ")


def test_records_are_values():
    assert replace(Load(), units=3) == Load(units=3) != Load() and hash(Load()) == hash(Load())
    assert repr(Exec(source=1).source) == repr(Source.VECTOR_SUM)
    assert issubclass(Load, Record)


def test_codes_of_errors_are_stable():
    names = "NONE RESERVED KIND RANGE ADDRESS WINDOW ENGINE OVERFLOW BUS WATCHDOG START FOREIGN"
    assert [error.name for error in Error] == names.split()
    assert [int(error) for error in Error] == list(range(12)) and max(Error) < 1 << ERROR_BITS
    assert all(error.meaning for error in Error)


def test_fields_that_do_not_fit_are_refused():
    wide = type("Wide", (), {"__annotations__": {"a": int}, "a": stated(0, bits=2, most=4, meaning="-")})
    both = {"a": stated(0, bits=4, meaning="-"), "b": stated(0, bits=4, at=2, meaning="-")}
    over = type("Over", (), {"__annotations__": {"a": int, "b": int}, **both})
    with pytest.raises(ValueError, match="field a has values 0 to 4, allowed in its 2 bits are 0 to 3"):
        fields_of(dataclass(wide))
    with pytest.raises(ValueError, match="field b begins at bit 2, allowed are 4 and more"):
        fields_of(dataclass(over))
