"""Records that the machine must refuse, one maker for each fault: what is wrong, and where it is, is drawn."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lowtide.common.records.entries import Parameter, Tap
from lowtide.common.records.errors import Error, MachineError
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.common.records.kinds import KINDS, Load, Memory, Store
from lowtide.common.records.record import KIND, RECORD_BYTES, Kind, Record
from lowtide.hw.mode.word import BY_NAME, WORD_BITS

from ...engine_checks.modes import illegal_words, reason_of
from .faulty_copies import copied_address, packed, window
from .maker import Maker
from .token_faults import deadlock, plain_exec, token_overflow

__all__ = ["ALONE", "FAULTS", "STANDS", "TOUCHING"]


def reserved(maker: Maker) -> bytes:
    """A reserved bit is 1."""
    of_kind = maker.rng.choice(np.array([*KINDS.values()], object))
    bits = [bit for bit in range(8 * of_kind.size) if of_kind.reserved() >> bit & 1]
    word = int.from_bytes(of_kind().pack(), "little") | 1 << int(maker.rng.choice(bits))
    return word.to_bytes(of_kind.size, "little")


def fetched(maker: Maker) -> bytes:
    """Any record, which lies beyond the window."""
    record: Record = maker.rng.choice(np.array([*KINDS.values()], object))()
    return record.pack()


def kind(maker: Maker) -> bytes:
    """A record of no kind."""
    return KIND.put(0, int(maker.rng.integers(max(Kind) + 1, 1 << KIND.bits))).to_bytes(RECORD_BYTES, "little")


def static_range(maker: Maker) -> bytes:
    """A field has a number that no record has."""
    of_kind = (Load, Store, Exec)[maker.rng.integers(3)]
    fields = [f for f in of_kind.stated() if f.most - f.least + 1 < 1 << f.bits]
    field = fields[maker.rng.integers(len(fields))]
    ends = (field.least - 1, field.most + 1, (1 << field.bits) - 1)
    wrong = [number for number in ends if 0 <= number < 1 << field.bits and not field.least <= number <= field.most]
    word = field.put(int.from_bytes(of_kind().pack(), "little"), int(maker.rng.choice(wrong)))
    return word.to_bytes(of_kind.size, "little")


def built_range(maker: Maker) -> bytes:
    """A field has a number that this machine has not built, or fields do not fit each other."""
    config, rng, record = maker.config, maker.rng, plain_exec(maker)
    vector: dict[str, Any] = dict(source=Source.VECTOR_SUM)
    second: dict[str, Any] = dict(operand=Operand.ADD)
    wrong: list[dict[str, Any]] = [  # fields of an EXEC, or else of a LOAD
        dict(chunks=2),
        dict(taps=2),
        dict(tile_columns=config.cols + 1),
        dict(mode=record.mode | 1 << int(rng.integers(WORD_BITS, 48))),
        vector | dict(blocks=2, chunks=2),
        vector | dict(in_bits=5),
        vector | dict(tail=63, in_bits=16),
        dict(out_bits=5),
        dict(out_values=64, out_bits=16),
        dict(out_bits=16, out_planes=1),
        dict(top_k=config.top_k + 1),
        dict(top_k=1, out_columns=2),
        dict(top_k=1, out_rows=2),
        second | dict(own_multiplier=1 << config.multiplier_bits),
        second | dict(operand_multiplier=(1 << 24) - 1),
        dict(memory=Memory.PARAMETER, address=4),
        dict(memory=Memory.TAP, fill=1, pitch_2=12),
        dict(memory=Memory.WEIGHT, pitch_1=config.weight_word_bytes // 2 or 1),
    ]
    wrong += [dict(memory=memory) for memory in Memory if memory not in maker.machine.memories.local]
    chosen = wrong[rng.integers(len(wrong))]
    return (Load(**chosen) if "memory" in chosen else replace(record, **chosen)).pack()


def refused_mode(maker: Maker) -> bytes:
    """The array refuses the job: for any reason that one chunk can have, or one of a few."""
    array, rng, record = maker.config.array, maker.rng, plain_exec(maker)
    words = illegal_words(array, rng, 1)
    for place in rng.permutation(len(words))[:TRIES]:
        drawn = replace(record, mode=words[place][0])
        try:
            maker.machine.execute(drawn)
        except MachineError as error:
            if error.error == Error.ENGINE and reason_of(array, drawn.mode, 1, 1):
                return drawn.pack()
    wrong = (("x_format", 3), ("w_format", 15), ("block_floating", 1))  # formats that there are not; exponents of data
    choices: list[Record] = [replace(record, mode=BY_NAME[name].put(record.mode, number)) for name, number in wrong]
    if (values := array.values_per_beat(array.modes()[0])) < 64:
        choices.append(replace(record, tail=values))
    return packed(rng, choices)


def accessed_address(maker: Maker) -> bytes:
    """EXEC leaves a memory."""
    config, rng, record = maker.config, maker.rng, plain_exec(maker)
    maker.loaded(Memory.TAP, 0, Tap().pack(), 8)
    choices: list[Record] = [
        replace(record, in_base=maker.atoms),
        replace(record, in_base=0, in_row_step=-1, out_rows=2, in_rows=2, stride_y=0),
        replace(record, out_base=maker.atoms),
        replace(record, tap_base=config.taps - 1, taps=2, chunks=2),
        replace(record, parameter_base=config.parameters),
        replace(record, weight_base=config.weight_words - 1, blocks=2, chunks=2, block_step=0),
    ]
    if "operand" in config.post:
        choices.append(replace(record, operand=Operand.ADD, operand_base=maker.atoms + 5))
    return packed(rng, choices)


def overflow(maker: Maker) -> bytes:
    """A sum of 1 and the largest bias: padding of a tap that lies outside."""
    maker.loaded(Memory.TAP, 0, Tap(dy=-1).pack(), 8)
    maker.loaded(Memory.PARAMETER, 0, Parameter(bias=(1 << 31) - 1).pack(), 8)
    return replace(plain_exec(maker), source=Source.VECTOR_SUM, padding=1).pack()


#: Name of a fault to its error and what makes the bytes of a wrong record; ``overflow`` needs a vector source.
FAULTS: dict[str, tuple[Error, Callable[[Maker], bytes]]] = {
    "reserved": (Error.RESERVED, reserved),
    "kind": (Error.KIND, kind),
    "static range": (Error.RANGE, static_range),
    "built range": (Error.RANGE, built_range),
    "copied address": (Error.ADDRESS, copied_address),
    "accessed address": (Error.ADDRESS, accessed_address),
    "window": (Error.WINDOW, window),
    "fetch": (Error.WINDOW, fetched),
    "refused mode": (Error.ENGINE, refused_mode),
    "overflow": (Error.OVERFLOW, overflow),
    "token overflow": (Error.RANGE, token_overflow),
    "deadlock": (Error.WATCHDOG, deadlock),
}
#: Faults that are found when something may have been written.
TOUCHING = ("accessed address", "overflow", "token overflow")
#: Those of which nothing has moved, and for which nothing need be in memory.
ALONE = ("reserved", "kind", "static range", "built range", "copied address", "window", "refused mode")
TRIES = 4  #: modes that are tried
STANDS = "deadlock"  #: a fault that golden's machine knows by no code: nothing ends any more
