"""The feature memory: atoms of all clients, in the order of rows, under random requests."""

import random

import pytest

from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.memory.feature_memory import FeatureMemory
from lowtide.hw.memory.ports import READ_LATENCY, shuffled

from unit_model import UnitModel


def machine(rows, lanes=2):
    array = ArrayConfig(name=f"rows_{rows}", rows=rows, cols=1, lanes=lanes)
    return AcceleratorConfig(name=f"memory_{rows}", array=array, feature_bytes=16 * rows * lanes, weight_bytes=64)


def packed(*fields):
    """Fields, pairs of a number and its bits, lowest first, as one number."""
    word = place = 0
    for number, bits in fields:
        word |= (number & (1 << bits) - 1) << place
        place += bits
    return word


class Request:
    """Rows of random atoms, the bank of row r ``first + r``, or shuffled; of LOAD the first rows alone, of STORE all of
    them, with words in the order of banks."""

    def __init__(self, config, rng, name):
        rows, self.words_bits = config.rows, config.bank_address_bits
        count = config.atoms_per_bus_beat if name == "load_write" else rows
        self.bank = rng.randrange(rows)
        self.shuffle = name == "post_write" and rng.random() < 0.5
        self.rows = rng.getrandbits(count) if name != "store_read" else (1 << rows) - 1
        self.words = [rng.randrange(config.bank_atoms) for _ in range(count)]
        self.data = [rng.getrandbits(config.atom_bits) for _ in range(count)]
        if name == "store_read":
            words = [self.words[(bank - self.bank) % rows] for bank in range(rows)]
            self.fields = [(word, self.words_bits) for word in words]
        else:
            self.fields = [*((word, self.words_bits) for word in self.words), (self.rows, count)]
        self.fields += [(self.bank, config.bank_bits)]
        if name.endswith("write"):
            self.fields += [(atom, config.atom_bits) for atom in self.data]
        if name == "post_write":
            self.fields += [(self.shuffle, 1)]
        places = [(row % 2 * (rows // 2) + row // 2) if self.shuffle else row for row in range(rows)]
        #: Addresses of the atoms of the rows that count.
        self.atoms = {
            row: self.words[row] * rows + (self.bank + places[row]) % rows
            for row in range(count)
            if self.rows >> row & 1
        }


@pytest.mark.parametrize("rows", [2, 4, 8])
def test_every_client_finds_and_leaves_its_atoms(rows):
    config, rng = machine(rows), random.Random(rows)
    model, memory, answered = UnitModel(FeatureMemory(config)), {}, 0
    model.reset()
    waiting, expected, posted = {}, None, None  # what the post-processing wrote in the cycle before
    assert READ_LATENCY == 1
    for _ in range(1500):
        for client, what in (
            ("operand", "read"),
            ("store", "read"),
            ("west", "read"),
            ("post", "write"),
            ("load", "write"),
        ):
            name = f"{client}_{what}"
            if name not in waiting and rng.random() < 0.4:
                waiting[name] = Request(config, rng, name)
                model.set(f"{name}_data", packed(*waiting[name].fields))
            model.set(f"{name}_valid", name in waiting)
        sure, may, last = (rng.random() < 0.5 for _ in range(3))
        model.set("west_goes", sure | may << 1 | last << 2)
        if expected is not None:
            found = model.get("answer")
            for row, atom in expected.items():
                assert found >> row * config.atom_bits & (1 << config.atom_bits) - 1 == atom
                answered += 1
        expected = None
        written = {}
        readers = [name for name in ("operand_read", "store_read", "west_read") if name in waiting]
        for name in readers:
            assert model.get(f"{name}_ready") == (name == readers[0])
        if readers and (readers[0] != "west_read" or sure or (may and last)):
            expected = dict(waiting.pop(readers[0]).atoms)
        assert model.get("post_write_ready") == 1
        assert model.get("load_write_ready") == (posted is None)
        writes, posted = posted, waiting.pop("post_write", None)
        if writes is None:
            writes = waiting.pop("load_write", None)
        if writes is not None:
            written = {atom: writes.data[row] for row, atom in writes.atoms.items()}
        model.tick()
        if expected is not None:  # what is written in the same cycle is undefined
            expected = {row: memory[atom] for row, atom in expected.items() if atom in memory and atom not in written}
        memory |= written
    assert answered > 100 * rows


@pytest.mark.parametrize("rows", [2, 4, 8, 32])
def test_shuffled_rows_are_a_permutation_of_both_halves(rows):
    places = [shuffled(row, rows) for row in range(rows)]
    assert sorted(places) == list(range(rows))
    assert places[::2] == list(range(rows // 2)) and places[1::2] == list(range(rows // 2, rows))
