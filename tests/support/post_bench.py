"""A bench that runs records of post-processing on the unit, with pauses on every stream."""

from amaranth.hdl import Shape

from lowtide.common.records.execute import Source
from lowtide.hw.memory.ports import shuffled
from lowtide.hw.post.fields import fields_layout
from lowtide.hw.post.post import Post

from post_definition import extended
from unit_model import UnitModel

STREAMS = ("y", "beats", "out_groups", "operand_groups", "measured_groups")
SENT = {"parameters": 2, "table": 4}  #: numbers of the memories, as records have them


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
        found["measured_groups"] = list(found["out_groups"]) if record.measure else []
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
                    bits = record.in_bits
                    padding = sum(
                        (record.padding & (1 << bits) - 1) << place
                        for place in range(0, config.atom_bits - bits + 1, bits)
                    )
                    atoms = [value if there else padding for value, there in zip(values, inside, strict=True)]
                    fields = [(atom, config.atom_bits) for atom in atoms]
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

        Where sums can be measured, ``extremes`` is the smallest and the largest one then.
        """
        model, fields = self.model, fields_layout()
        model.set("fields", packed(*((getattr(case.record, name), bits(fields, name)) for name in fields.members)))
        assert not model.get("refused")
        model.set("start", 1)
        model.tick()
        model.set("start", 0)
        self.waiting, self.offered, self.held = self.streams(case), set(), None
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
        if "smallest" in self.has:
            self.extremes = tuple(int(extended(model.get(name), 32, 1)) for name in ("smallest", "largest"))
        return writes, pulses, taken

    def offer(self):
        """Before a cycle: perhaps the next item of each stream, and perhaps ready for each request."""
        for name in STREAMS:
            if name not in self.offered and self.waiting[name] and self.rng.random() >= self.stalls:
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
