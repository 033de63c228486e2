"""The local memories of an accelerator as arrays of bytes, a row a unit, behind the ports of LOAD and STORE."""

import numpy as np

from lowtide.hw.control.movers.places import places


class LocalMemories:
    """Serves the ports ``load_...`` and ``store_...`` of a model. busy: how often the memories take what is offered."""

    def __init__(self, config, model, rng, busy):
        self.config, self.model, self.rng, self.busy = config, model, rng, busy
        self.contents = {int(each.memory): np.zeros((each.units, each.unit_bytes), np.uint8) for each in places(config)}

    def before_edge(self):
        """What passes in this cycle; returns what the model is shown behind the edge."""
        model, config, rng = self.model, self.config, self.rng
        ready = {name: rng.random() < self.busy for name in ("load_feature", "load_weight", "load_entry", "store_read")}
        for name, is_ready in ready.items():
            model.set(f"{name}_ready", is_ready)
        taken = {name: is_ready and model.get(f"{name}_valid") for name, is_ready in ready.items()}
        if taken["load_feature"]:
            word = model.get("load_feature_data")
            for row, atom in self.rows(word, config.atoms_per_bus_beat):
                value = word >> self.data_at + row * config.atom_bits & (1 << config.atom_bits) - 1
                self.contents[0][atom] = list(value.to_bytes(config.atom_bytes, "little"))
        if taken["load_weight"]:
            word, bits = model.get("load_weight_data"), config.weight_address_bits
            unit = (word >> bits).to_bytes(config.weight_word_bytes, "little")
            self.contents[1][word & (1 << bits) - 1] = list(unit)
        if taken["load_entry"]:
            word = model.get("load_entry_data")
            self.contents[word & 7][word >> 3 & 0xFFFF] = list((word >> 19).to_bytes(8, "little"))
        answer = rng.getrandbits(config.rows * config.atom_bits)
        if taken["store_read"]:
            for row, atom in enumerate(self.stored(model.get("store_read_data"))):
                at, mask = row * config.atom_bits, (1 << config.atom_bits) - 1
                value = int.from_bytes(self.contents[0][atom].tobytes(), "little")
                answer = answer & ~(mask << at) | value << at
        return answer

    def after_edge(self, answer):
        self.model.set("store_answer", answer)

    def stored(self, word):
        """The atoms that STORE reads, row by row."""
        config, bits = self.config, self.config.bank_address_bits
        words = [word >> bank * bits & (1 << bits) - 1 for bank in range(config.rows)]
        first = word >> config.rows * bits
        banks = [(first + row) % config.rows for row in range(config.rows)]
        return [words[bank] * config.rows + bank for bank in banks]

    def rows(self, word, count):
        """Rows that count, of so many, and the atom of each."""
        config, bits = self.config, self.config.bank_address_bits
        mask = word >> count * bits & (1 << count) - 1
        bank = word >> count * (bits + 1) & config.rows - 1
        self.data_at = count * (bits + 1) + config.bank_bits
        found = []
        for row in range(count):
            if mask >> row & 1:
                place = word >> row * bits & (1 << bits) - 1
                found.append((row, place * config.rows + (bank + row) % config.rows))
        return found
