"""The lanes by themselves: every step at the full width, at random and at the ends of every range, in its latency."""

import numpy as np
import pytest

from lowtide.common.records.execute import Exec, Operand
from lowtide.golden.functions import round_shift
from lowtide.golden.reveal import top_terms
from lowtide.hw.post.values.lanes import has_operand, turns_of
from lowtide.hw.post.values.values import Values, values_latency

from post_bench import bits, packed
from post_records import machine
from unit_model import UnitModel

SUMS = [0, 1, -1, (1 << 31) - 1, -(1 << 31), 1 << 15, -(1 << 15), 0x5555_5555]
VALUES = [0, 1, -1, (1 << 15) - 1, -(1 << 15)]


class Lanes:
    """Lanes that are given a row of inputs in each cycle in which they go on, and anything while they stand still."""

    def __init__(self, config):
        self.config, self.model, self.rng = config, UnitModel(Values(config)), np.random.default_rng(1)
        self.model.reset()
        self.inputs = [name for name in self.model.inputs if name not in ("rst", "fields", "write", "start")]

    def load(self, table):
        """Put 256 values into the tables."""
        self.model.set("write", 1)
        for word in range(64):
            self.model.set("address", word)
            self.model.set("entries", packed(*((value, 16) for value in table[4 * word : 4 * word + 4])))
            self.model.tick()
        self.model.set("write", 0)

    def noise(self):
        """Anything at every input; nothing goes on."""
        for name in self.inputs:
            self.model.set(name, int.from_bytes(self.rng.bytes(-(-self.model.widths[name] // 8)), "little"))
        self.model.set("advance", 0)

    def codes(self, record, results, parameters, elements):
        """Codes of results [cycles, lanes]; parameters [cycles, 3]; elements as results."""
        config, model = self.config, self.model
        fields = Values(config).signature.members["fields"].shape
        model.set("fields", packed(*((getattr(record, name), bits(fields, name)) for name in fields.members)))
        turns, operand = turns_of(config), record.operand != Operand.NONE
        latency, interval, found = values_latency(config, operand=operand), turns.interval if operand else 1, []
        if has_operand(config):
            model.set("start", 1)
            model.tick()
            model.set("start", 0)
        for cycle in range(interval * len(results) + latency):
            for _ in range(int(self.rng.choice([0, 0, 0, 1, 2]))):
                self.noise()
                model.tick()
            self.noise()
            model.set("advance", 1)
            enters, number = cycle % interval == 0, cycle // interval
            if enters and number < len(results):
                model.set("results", packed(*((value, 32) for value in results[number])))
                for name, value in zip(("bias", "multiplier", "shift"), parameters[number], strict=True):
                    model.set(name, int(value))
            if has_operand(config):
                model.set("enters", int(enters))
                number, rest = divmod(cycle - turns.meets, interval)
                if operand and rest == 0 and 0 <= number < len(results):
                    model.set("results", packed(*((value, 32) for value in elements[number])))
            number, rest = divmod(cycle - latency, interval)
            if rest == 0 and 0 <= number < len(results):
                word = model.get("codes")
                found.append([word >> 16 * lane & 0xFFFF for lane in range(config.requantisers)])
            model.tick()
        return np.array(found)


def drawn(rng, ends, low, high, shape):
    """Integers of a range, every second one of its ends."""
    return np.where(rng.random(shape) < 0.5, rng.choice(ends, shape), rng.integers(low, high, shape))


@pytest.mark.parametrize("multiplier_bits, pipeline", [(2, 0), (9, 1), (16, 0), (16, 2), (24, 0), (24, 2)])
def test_values_follow_golden_in_their_latency(multiplier_bits, pipeline):
    array = dict(rows=2, cols=1, lanes=2, multiplier="booth", pipeline=pipeline)
    config = machine("values", array, post=("operand", "product", "table"), multiplier_bits=multiplier_bits)
    lanes, rng, count = Lanes(config), np.random.default_rng(multiplier_bits), 60
    largest, table = (1 << multiplier_bits) - 1, rng.integers(-(1 << 15), 1 << 15, 256)
    lanes.load(table)
    for operand in list(Operand) * 6:
        limits = [np.sort(drawn(rng, VALUES, -(1 << 15), 1 << 15, 2)) for _ in range(2)]
        own, other, second = (int(drawn(rng, [0, 1, top], 0, top, ())) for top in (largest, largest, 62))
        zero = int(drawn(rng, VALUES, -(1 << 15), 1 << 15, ()))
        fields = dict(low=int(limits[0][0]), high=int(limits[0][1]), low2=int(limits[1][0]), high2=int(limits[1][1]))
        record = Exec(
            **fields,
            operand=operand,
            operand_zero=zero,
            own_multiplier=own,
            operand_multiplier=other,
            operand_shift=second,
            zero=int(drawn(rng, VALUES, -(1 << 15), 1 << 15, ())),
            table=int(rng.random() < 0.25),
        )
        sums = drawn(rng, SUMS, -(1 << 31), 1 << 31, (count, 2))
        bias = drawn(rng, [0, 1, -1], -(1 << 20), 1 << 20, (count, 1))
        results = (sums - bias + (1 << 31)) % (1 << 32) - (1 << 31)
        multiplier = drawn(rng, [0, 1, largest], 0, largest + 1, (count, 1))
        shift = rng.integers(0, 63, (count, 1))
        elements = drawn(rng, [0, -(1 << 15), (1 << 16) - 1], -(1 << 15), 1 << 16, (count, 2))
        found = lanes.codes(record, results, np.concatenate([bias, multiplier, shift], axis=1), elements)

        wrapped = (results + bias + (1 << 31)) % (1 << 32) - (1 << 31)
        values = np.clip(round_shift(wrapped * multiplier, shift), record.low, record.high)
        centred = elements - zero
        if operand == Operand.ADD:
            values = np.clip(round_shift(values * own + centred * other, second), record.low2, record.high2)
        elif operand == Operand.PRODUCT:
            values = np.clip(round_shift(values * centred * own, second), record.low2, record.high2)
        codes = values + record.zero
        assert np.array_equal(found, (table[codes & 255] if record.table else codes) & 0xFFFF)


@pytest.fixture(scope="module")
def revealing():
    """With bit planes, so with codes of any width."""
    return Lanes(machine("terms", dict(kind="bit_plane", rows=8, cols=1, lanes=16), post=("top_terms",)))


@pytest.mark.parametrize("width", [2, 5, 8, 12, 16])
@pytest.mark.parametrize("is_signed", [0, 1])
def test_the_largest_terms_of_every_code_are_kept(revealing, width, is_signed):
    rng = np.random.default_rng(width)
    least = -(1 << width - 1) if is_signed else 0
    codes = np.arange(least, least + (1 << width))
    if width > 8:
        codes = np.concatenate([codes[:40], codes[-40:], rng.choice(codes, 176)])
    codes = np.resize(codes, (-(-len(codes) // 8), 8))
    for terms in range(1, 10):
        record = Exec(out_bits=width, out_signed=is_signed, top_terms=terms)
        values = codes - ((codes > 0x7FFF) << 16)
        found = revealing.codes(record, values, np.tile([0, 1, 0], (len(codes), 1)), None)
        kept = top_terms(codes, terms, bits=width, signed=bool(is_signed))
        expected = np.clip(kept, least, least + (1 << width) - 1)
        assert np.array_equal(found & (1 << width) - 1, expected & (1 << width) - 1)
