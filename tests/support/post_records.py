"""Records of post-processing at random, what they write by their definition, and a bench that runs them on the unit.

The definition is that of the record EXEC, in NumPy over [channels, rows of a group]; the unit is driven with pauses on
every stream.
"""

from dataclasses import dataclass, field

import numpy as np
from amaranth.hdl import Shape

from lowtide.common.ranges import operand_range
from lowtide.common.records.entries import Parameter
from lowtide.common.records.execute import Exec, Operand, Source
from lowtide.golden.reveal import top_terms
from lowtide.hw import ArrayConfig
from lowtide.hw.config.accelerator_config import AcceleratorConfig
from lowtide.hw.memory.ports import shuffled
from lowtide.hw.post.elements import element_sizes, planes
from lowtide.hw.post.fields import fields_layout
from lowtide.hw.post.post import Post

from unit_model import UnitModel

GROUPS = ("out_groups", "operand_groups")
STREAMS = ("y", "beats", *GROUPS)
SENT = {"parameters": 2, "table": 4}  #: numbers of the memories, as records have them


def machine(name, array, **fields):
    """A small accelerator around an array of these fields."""
    array = ArrayConfig(name=f"array_{name}", **array)
    return AcceleratorConfig(name=name, array=array, **dict(parameters=16, taps=16, feature_bytes=1 << 12) | fields)


@dataclass
class Group:
    """Pixels of a group: atom addresses of its rows in the output and in the operand."""

    out: list[int]
    operand: list[int]
    results: np.ndarray  #: of each column [columns, R]
    beats: list[list[tuple[np.ndarray, list[bool]]]] = field(default_factory=list)  #: of each channel, each tap


@dataclass
class Case:
    """A record with everything that it meets."""

    record: Exec
    groups: list[Group]
    parameters: list[Parameter]
    table: np.ndarray
    operand: dict[int, int]


def extended(bits, width, is_signed):
    """Codes of ``width`` bits as integers."""
    bits = np.asarray(bits, np.int64) & (1 << width) - 1
    return bits - ((bits >> width - 1 & is_signed) << width)


def wrapped(values):
    return extended(values, 32, 1)


def divided(values, shift):
    """``floor(values / 2^shift + 1/2)``, for values below 2^62."""
    places = np.asarray(shift, np.int64)
    half = np.where(places > 0, np.int64(1) << np.maximum(places - 1, 0), 0)
    return np.asarray(values, np.int64) + half >> places


def fitting(rng, config):
    """Bits and values of an atom, and whether it has them in planes."""
    if planes(config) and rng.random() < 0.5:
        return int(rng.integers(1, planes(config) + 1)), int(rng.integers(1, min(config.atom_bits, 64) + 1)), 1
    bits = int(rng.choice(element_sizes(config)))
    return bits, int(rng.integers(1, min(config.atom_bits // bits, 64) + 1)), 0


def addresses(rng, config, count, shuffle, *, beyond=0.0):
    """Of the rows of a group: banks as the rows have them, any word; beyond the memory at a chance."""
    rows, bank = config.rows, int(rng.integers(config.rows))
    places = [shuffled(row, rows) if shuffle else row for row in range(rows)]
    words = rng.integers(config.bank_atoms, size=rows) + config.bank_atoms * (rng.random(rows) < beyond)
    return [int(words[row]) * rows + (bank + places[row]) % rows for row in range(count)]


def random_case(config, rng, *, source=Source.ENGINE, **chosen):
    """A legal record for a configuration, fields as ``chosen`` where they are."""
    bits, values, in_planes = fitting(rng, config)
    in_bits = int(rng.choice(element_sizes(config)))
    multipliers = 1 << config.multiplier_bits
    limits = [limits_of(rng) for _ in range(2)]
    operands = [Operand.NONE]
    operands += [Operand.ADD] * ("operand" in config.post and not in_planes)
    operands += [Operand.PRODUCT] * ("product" in config.post and not in_planes)
    operand = operands[rng.integers(len(operands))]
    own, other = (int(rng.integers(multipliers)) for _ in range(2))
    kept = own.bit_length() + bits * (operand == Operand.PRODUCT) - int(rng.integers(4))  # so that values stay values
    steps = ("out_block_step", "out_plane_step", "operand_block_step")
    fields = dict(
        source=source,
        tiles=int(rng.integers(1, 4)),
        tile_columns=int(rng.integers(1, config.cols + 1)),
        taps=int(rng.integers(1, 5)),
        out_channels=int(rng.integers(1, 2 * config.cols + 2)),
        in_signed=int(rng.integers(2)),
        in_bits=in_bits,
        tail=int(rng.integers(min(config.atom_bits // in_bits, 64))),
        padding=int(rng.integers(1 << 16)),
        out_apart=int(rng.integers(1, 4)),
        out_bits=bits,
        out_values=values,
        out_planes=in_planes,
        out_signed=int(rng.integers(2)),
        operand=operand,
        operand_zero=int(rng.integers(-(1 << 15), 1 << 15)) if rng.random() < 0.2 else 3,
        operand_signed=int(rng.integers(2)),
        own_multiplier=own,
        operand_multiplier=other,
        operand_shift=max(kept, 0) if rng.random() < 0.8 else int(rng.integers(64)),
        low=limits[0][0],
        high=limits[0][1],
        low2=limits[1][0],
        high2=limits[1][1],
        zero=int(rng.integers(-(1 << 15), 1 << 15)) if rng.random() < 0.2 else 5,
        parameter_base=int(rng.integers(config.parameters // 2)),
        parameter_step=int(rng.integers(2)),
        table=int("table" in config.post and rng.random() < 0.4),
        top_terms=int(rng.integers(6)) if "top_terms" in config.post and bits > 1 else 0,
        **{step: int(rng.integers(-(1 << 23), 1 << 23)) for step in steps},
    )
    record = Exec(**fields | chosen)
    shuffle = record.out_apart == 2
    most = config.array.acc_width - 1
    size = int(rng.choice([7, min(most, 15), min(most, 22), min(most, 31), most]))  # bits of results without their sign
    parameters = [random_parameter(config, rng, size) for _ in range(config.parameters)]
    groups = []
    for _ in range(int(rng.integers(1, 6))):
        count = int(rng.integers(1, config.rows + 1))
        group = Group(
            out=addresses(rng, config, count, shuffle, beyond=0.1),
            operand=addresses(rng, config, count, False, beyond=0.1),
            results=rng.integers(-(1 << size), 1 << size, size=(record.tiles * config.cols, config.rows)),
        )
        if source != Source.ENGINE:
            group.beats = [
                [
                    ([int(each) for each in atoms(rng, config)], (rng.random(config.rows) < 0.8).tolist())
                    for _ in range(record.taps)
                ]
                for _ in range(record.out_channels)
            ]
        groups.append(group)
    return Case(record, groups, parameters, rng.integers(-(1 << 15), 1 << 15, 256), Memory(rng, config.atom_bits))


def atoms(rng, config):
    return [int.from_bytes(rng.bytes(config.atom_bytes), "little") for _ in range(config.rows)]


class Memory(dict):
    """Atoms by address, at random where nothing was said."""

    def __init__(self, rng, bits):
        self.rng, self.bits = rng, bits

    def __missing__(self, address):
        self[address] = int.from_bytes(self.rng.bytes(self.bits // 8), "little")
        return self[address]


def limits_of(rng):
    """Two limits in order, mostly the widest."""
    if rng.random() < 0.7:
        return -(1 << 15), (1 << 15) - 1
    return sorted(int(each) for each in rng.integers(-(1 << 15), 1 << 15, 2))


def random_parameter(config, rng, size):
    """Mostly one that makes values of 6 to 16 bits of results of ``size`` bits."""
    multiplier = int(rng.integers(1 << config.multiplier_bits)) >> int(rng.choice([0, 0, rng.integers(24)]))
    kept = min(size, 31) + multiplier.bit_length() - int(rng.integers(6, 17))
    shift = max(kept, 0) if rng.random() < 0.8 else int(rng.integers(64))
    size = min(size, 30)
    return Parameter(bias=int(rng.integers(-(1 << size), 1 << size)), multiplier=multiplier, shift=shift)


def accumulated(config, case, group):
    """A of each channel that is written, [channels, R]."""
    record = case.record
    if record.source == Source.ENGINE:
        tiles = group.results.reshape(record.tiles, config.cols, config.rows)[:, : record.tile_columns]
        return wrapped(tiles.reshape(-1, config.rows)[: record.out_channels])
    found = []
    for channel, taps in enumerate(group.beats):
        place = channel % (record.tail + 1) * record.in_bits
        codes = [
            [atom >> place if inside else record.padding for atom, inside in zip(*tap, strict=True)] for tap in taps
        ]
        values = np.array(
            [[int(extended(each & 0xFFFF, record.in_bits, record.in_signed)) for each in row] for row in codes]
        )
        found.append(values.max(axis=0) if record.source == Source.VECTOR_MAX else values.sum(axis=0))
    return np.array(found)


def operand_of(config, case, group, channels):
    """B of each channel and row, and whether it is in the memory, 0 where not: [channels, R] each."""
    record, found = case.record, np.zeros((channels, config.rows), np.int64)
    known = np.ones((channels, config.rows), bool)
    for channel in range(channels):
        block, place = divmod(channel, record.out_values)
        for row, start in enumerate(group.operand):
            address = (start + block * record.operand_block_step) % (2 * config.feature_atoms)
            if address < config.feature_atoms:
                bits = case.operand[address] >> place * record.out_bits & (1 << record.out_bits) - 1
                found[channel, row] = extended(bits, record.out_bits, record.operand_signed)
            else:
                known[channel, row] = False
    return found, known


def codes_of(config, case, group):
    """Codes of each channel that is written, where a sum left 32 bits, where a code is defined; [channels, R]."""
    record = case.record
    results = accumulated(config, case, group)
    numbers = [record.parameter_base + record.parameter_step * n for n in range(len(results))]
    entries = [case.parameters[number % config.parameters] for number in numbers]
    bias, multiplier, shift = (
        np.array([[getattr(each, name)] for each in entries], np.int64) for name in ("bias", "multiplier", "shift")
    )
    total = results + bias
    values = divided(wrapped(total) * multiplier, shift)
    values, known = np.clip(values, record.low, record.high), np.ones(values.shape, bool)
    if record.operand:
        other, known = operand_of(config, case, group, len(results))
        other = other - record.operand_zero
        if record.operand == Operand.ADD:
            second = values * record.own_multiplier + other * record.operand_multiplier
        else:
            second = values * other * record.own_multiplier
        values = np.clip(divided(second, record.operand_shift), record.low2, record.high2)
    codes = values + record.zero
    if record.table:
        codes = case.table[codes & 255]
    codes = extended(codes, record.out_bits, record.out_signed)
    if record.top_terms:
        codes = top_terms(codes, record.top_terms, bits=record.out_bits, signed=bool(record.out_signed))
        codes = np.clip(codes, *operand_range(record.out_bits, bool(record.out_signed)))
    return codes & (1 << record.out_bits) - 1, total != wrapped(total), known


@dataclass
class Written:
    """One write: atoms by address, None where the operand was beyond the memory; whether a row is beyond it, its own or
    its operand's; whether a sum of a row that counts left 32 bits."""

    atoms: dict[int, int | None]
    beyond: bool
    overflow: bool


def written(config, case):
    """Every write of a record, in order."""
    record, found = case.record, []
    for group in case.groups:
        codes, overflow, known = codes_of(config, case, group)
        for block, first in enumerate(range(0, len(codes), record.out_values)):
            part = codes[first : first + record.out_values]
            lost = bool(overflow[first : first + record.out_values, : len(group.out)].any())
            sure = known[first : first + record.out_values].all(axis=0)
            for plane in range(record.out_bits if record.out_planes else 1):
                write = Written({}, not sure[: len(group.out)].all(), lost and plane == 0)
                for row, start in enumerate(group.out):
                    offset = block * record.out_block_step + plane * record.out_plane_step
                    address = (start + offset) % (2 * config.feature_atoms)
                    if address >= config.feature_atoms:
                        write.beyond = True
                        continue
                    column = [int(each) for each in part[:, row]]
                    if record.out_planes:
                        atom = sum((code >> plane & 1) << place for place, code in enumerate(column))
                    else:
                        atom = sum(code << place * record.out_bits for place, code in enumerate(column))
                    write.atoms[address] = atom if sure[row] else None
                found.append(write)
    return found


def check(expected, writes, pulses):
    """That what was written is what is expected, where that is defined, and that errors were told."""
    known = [{address: atom for address, atom in each.atoms.items() if atom is not None} for each in expected]
    assert [list(each) for each in writes] == [list(each.atoms) for each in expected]
    assert [{k: v for k, v in a.items() if k in b} for a, b in zip(writes, known, strict=True)] == known
    assert pulses["overflow"] == sum(each.overflow for each in expected)
    assert (pulses["beyond"] > 0) == any(each.beyond for each in expected)


def packed(*fields):
    """Fields, pairs of a number and its bits, lowest first, as one number."""
    word = place = 0
    for number, bits in fields:
        word |= (int(number) & (1 << bits) - 1) << place
        place += bits
    return word


class Bench:
    """The unit, and what stands around it.

    Parameters
    ----------
    config : AcceleratorConfig
    rng : numpy Generator
        Of the pauses.
    stalls : float
        Chance of a pause of each stream in each cycle.
    """

    def __init__(self, config, rng, stalls):
        self.config, self.rng, self.stalls = config, rng, stalls
        self.model = UnitModel(Post(config))
        self.model.reset()
        self.has = set(self.model.names)
        for name in STREAMS:
            self.set(f"{name}_valid", 0)

    def set(self, name, value):
        if name in self.has:
            self.model.set(name, value)

    def load(self, case):
        """Parameters and table through the port for loading."""
        words = [("parameters", n, int.from_bytes(each.pack(), "little")) for n, each in enumerate(case.parameters)]
        words += [("table", n, packed(*((v, 16) for v in case.table[4 * n : 4 * n + 4]))) for n in range(64)]
        self.model.set("load_valid", 1)
        for memory, address, word in words:
            self.model.set("load", packed((SENT[memory], 3), (address, 16), (word, 64)))
            self.model.tick()
        self.model.set("load_valid", 0)

    def streams(self, case):
        """Payloads of each stream that the record needs."""
        config, record, rows = self.config, case.record, self.config.rows
        width = config.bank_address_bits + 1

        def group(starts, last):
            words = [*(start // rows for start in starts), *[0] * (rows - len(starts))]
            head = [(starts[0] % rows, config.bank_bits), ((1 << len(starts)) - 1, rows), (last, 1)]
            return packed(*((word, width) for word in words), *head)

        last = case.groups[-1]
        found = {"out_groups": [group(each.out, each is last) for each in case.groups]}
        found["operand_groups"] = [group(each.operand, each is last) for each in case.groups] if record.operand else []
        found["y"], found["beats"] = [], []
        for each in case.groups:
            if record.source == Source.ENGINE:
                for number, column in enumerate(each.results):
                    fields = [
                        *((value, config.array.acc_width) for value in column),
                        ((number + 1) % config.cols == 0, 1),
                    ]
                    found["y"].append(packed(*fields))
            for taps in each.beats:
                for tap, (values, inside) in enumerate(taps):
                    fields = [*((value, config.atom_bits) for value in values), *((flag, 1) for flag in inside)]
                    found["beats"].append(packed(*fields, (tap == len(taps) - 1, 1)))
        return found

    def run(self, case, *, most=20_000, abandon=None):
        """Run a record, or so many cycles of it: then another one can begin.

        Returns
        -------
        writes : list of dict
            Atoms by address, of each write in order.
        pulses : dict of str to int
            Cycles in which ``overflow`` and ``beyond`` were 1.
        taken : list of int
            Cycles, counted from the start, in which columns or beats were taken.
        """
        model, fields = self.model, fields_layout()
        model.set("fields", packed(*((getattr(case.record, name), bits(fields, name)) for name in fields.members)))
        assert not model.get("refused")
        model.set("start", 1)
        model.tick()
        model.set("start", 0)
        self.waiting, self.offered, self.held = self.streams(case), set(), None
        self.used = dict.fromkeys(STREAMS, 0)
        writes, taken, pulses = [], [], {"overflow": 0, "beyond": 0}
        answer = None
        for cycle in range(most):
            self.offer()
            model.set("load", int.from_bytes(self.rng.bytes(11), "little"))  # nothing is loaded: not valid
            self.set("answer", self.noise() if answer is None else answer)
            answer = self.answer(case)
            self.note_write(writes)
            for name in pulses:
                pulses[name] += model.get(name)
            if model.get("done") or cycle == abandon:
                break
            for name in [each for each in self.offered if model.get(f"{each}_ready")]:
                self.waiting[name].pop(0)
                self.offered.remove(name)
                self.used[name] += 1
                if name in ("y", "beats"):
                    taken.append(cycle)
            model.tick()
        else:
            raise AssertionError(
                f"it did not end in {most} cycles; left {[len(each) for each in self.waiting.values()]}"
            )
        assert abandon is not None or not any(self.waiting.values()), "something was not used up"
        for name in STREAMS:
            self.set(f"{name}_valid", 0)
        model.tick()
        return writes, pulses, taken

    def offer(self):
        """Before a cycle: perhaps the next item of each stream, and perhaps ready for each request.

        Groups come as from one walker with a buffer of two groups for each stream: none of either is there before all
        but one of those before it have been used up in both.
        """
        most = min(self.used[name] for name in GROUPS if self.waiting[name] or self.used[name]) + 2
        for name in STREAMS:
            there = self.waiting[name] and (name not in GROUPS or self.used[name] < most)
            if name not in self.offered and there and self.rng.random() >= self.stalls:
                self.offered.add(name)
                self.set(f"{name}_data", self.waiting[name][0])
            self.set(f"{name}_valid", name in self.offered)
        for name in ("write", "operand_read"):
            self.set(f"{name}_ready", self.rng.random() >= self.stalls)

    def noise(self):
        return int.from_bytes(self.rng.bytes(self.config.rows * self.config.atom_bytes), "little")

    def answer(self, case):
        """What the feature memory answers in the next cycle: atoms of the rows that a read names, else anything."""
        model, config = self.model, self.config
        if "answer" not in self.has or not (model.get("operand_read_valid") and model.get("operand_read_ready")):
            return None
        words, counts, bank, _ = self.request(model.get("operand_read_data"))
        found = self.noise()
        for row in range(config.rows):
            if counts >> row & 1:
                mask = (1 << config.atom_bits) - 1 << row * config.atom_bits
                atom = case.operand[words[row] * config.rows + (bank + row) % config.rows]
                found = found & ~mask | atom << row * config.atom_bits
        return found

    def request(self, word):
        """Words, rows and bank of a request, and what follows them."""
        rows, width, words = self.config.rows, self.config.bank_address_bits, []
        for _ in range(rows):
            words.append(word & (1 << width) - 1)
            word >>= width
        counts, word = word & (1 << rows) - 1, word >> rows
        return words, counts, word & (1 << self.config.bank_bits) - 1, word >> self.config.bank_bits

    def note_write(self, writes):
        """In a cycle: a write that is taken; one that waits stays as it is."""
        model, config = self.model, self.config
        request = model.get("write_data") if model.get("write_valid") else None
        if self.held is not None:
            assert request == self.held, "a write changed before it was taken"
        ready = model.get("write_ready")
        self.held = None if ready else request
        if request is None or not ready:
            return
        words, counts, bank, rest = self.request(request)
        shuffle = rest >> config.rows * config.atom_bits
        writes.append({})
        for row in range(config.rows):
            if counts >> row & 1:
                place = shuffled(row, config.rows) if shuffle else row
                atom = rest >> row * config.atom_bits & (1 << config.atom_bits) - 1
                writes[-1][words[row] * config.rows + (bank + place) % config.rows] = atom


def bits(layout, name):
    """Width of a field of a layout."""
    return Shape.cast(layout[name].shape).width
