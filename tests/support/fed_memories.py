"""The feeders with the memories that they read, as one unit for tests, and a model of it that tests fill and drive."""

from amaranth.hdl import Const, Signal
from amaranth.lib import stream
from amaranth.lib.wiring import In

from lowtide.hw.feeders.feeders import Feeders
from lowtide.hw.logic.unit import Unit
from lowtide.hw.memory.feature_memory import FeatureMemory
from lowtide.hw.memory.ports import banks_layout, loaded_layout, read_layout, write_layout
from lowtide.hw.memory.tap_memory import TapMemory
from lowtide.hw.memory.weight_memory import WeightMemory
from lowtide.hw.mode.word import WORD_BITS

from unit_model import UnitModel

__all__ = ["FedMemories", "FedModel"]

PASSED = ("start", "record", "job", "x", "w", "atoms", "atoms_ready", "closes", "beyond")  #: ports of the feeders


class FedMemories(Unit):
    """Feeders and memories; ``other`` is a client of the feature memory that comes before the feeders."""

    def __init__(self, config):
        self.config = config
        feeders = Feeders(config).signature.members
        super().__init__(
            f"{config.top}_fed_memories",
            {name: feeders[name] for name in PASSED if name in feeders}
            | {
                "write": In(stream.Signature(loaded_layout(config))),
                "other": In(stream.Signature(banks_layout(config))),
                "weight_write": In(1),
                "word": In(config.weight_address_bits),
                "weight_data": In(8 * config.weight_word_bytes),
                "tap_write": In(1),
                "tap_entry": In((config.taps - 1).bit_length()),
                "tap_data": In(64),
            },
        )

    def build(self, m):
        config, feeders = self.config, Feeders(self.config)
        found = {
            name: Signal(len(getattr(feeders, name).as_value() if name == "tap" else getattr(feeders, name)), name=name)
            for name in ("tap", "weights", "answer")
        }
        taken = Signal()
        fed = self.place(
            m,
            "feeders",
            feeders,
            start=self.start,
            record=self.record,
            read_ready=taken,
            job_ready=self.job.ready,
            x_ready=self.x.ready,
            w_ready=self.w.ready,
            **({"atoms_ready": self.atoms_ready} if "vector" in config.post else {}),
            **found,
        )
        memory = self.place(
            m,
            "features",
            FeatureMemory(config),
            operand_read_valid=Const(0, 1),
            operand_read_data=Const(0, read_layout(config).size),
            store_read_valid=self.other.valid,
            store_read_data=self.other.payload,
            west_read_valid=fed.read_valid,
            west_read_data=fed.read_data,
            west_goes=fed.goes,
            post_write_valid=Const(0, 1),
            post_write_data=Const(0, write_layout(config).size),
            load_write_valid=self.write.valid,
            load_write_data=self.write.payload,
        )
        weights = self.place(
            m,
            "weight_memory",
            WeightMemory(config),
            mode=self.record.mode[:WORD_BITS],
            packing=self.record.weight_packing,
            read=fed.weight_read,
            beat=fed.weight_place,
            write=self.weight_write,
            word=self.word,
            data=self.weight_data,
        )
        taps = self.place(
            m,
            "tap_memory",
            TapMemory(config),
            read=fed.tap_read,
            read_entry=fed.tap_entry,
            write=self.tap_write,
            write_entry=self.tap_entry,
            data=self.tap_data,
        )
        m.d.comb += [
            found["tap"].eq(taps.tap),
            found["weights"].eq(weights.answer),
            found["answer"].eq(memory.answer),
            taken.eq(memory.west_read_ready),
            self.write.ready.eq(memory.load_write_ready),
            self.other.ready.eq(memory.store_read_ready),
            self.job.valid.eq(fed.job_valid),
            self.job.payload.eq(fed.job_data),
            self.x.valid.eq(fed.x_valid),
            self.x.payload.eq(fed.x_data),
            self.w.valid.eq(fed.w_valid),
            self.w.payload.eq(fed.w_data),
            *(
                getattr(self, name).eq(getattr(fed, name))
                for name in ("atoms", "closes", "beyond")
                if name in self.signature.members
            ),
        ]


class FedModel(UnitModel):
    """The compiled unit. atoms, words, taps: what its memories hold, as lists of numbers, once :meth:`fill` has run."""

    def __init__(self, config):
        super().__init__(FedMemories(config))
        self.config = config
        self.reset()

    def fill(self, rng, taps):
        """Random atoms and words, and these taps, entries of the tap memory from 0 on."""
        config, layout, rows = self.config, loaded_layout(self.config), self.config.atoms_per_bus_beat
        self.atoms = [rng.getrandbits(config.atom_bits) for _ in range(config.feature_atoms)]
        self.words = [rng.getrandbits(8 * config.weight_word_bytes) for _ in range(config.weight_words)]
        for first in range(0, config.feature_atoms, rows):
            word, bank = divmod(first, config.rows)
            fields = dict(words=[word] * rows, rows=(1 << rows) - 1, bank=bank, data=self.atoms[first : first + rows])
            self.tick_with(write_valid=1, write_data=layout.const(fields).as_bits())
        self.set("write_valid", 0)
        for number, word in enumerate(self.words):
            self.tick_with(weight_write=1, word=number, weight_data=word)
        self.set("weight_write", 0)
        self.put(taps)

    def put(self, taps):
        """Write taps."""
        self.taps = taps
        for number, tap in enumerate(taps):
            self.tick_with(tap_write=1, tap_entry=number, tap_data=int.from_bytes(tap.pack(), "little"))
        self.set("tap_write", 0)

    def tick_with(self, **inputs):
        """A cycle with these inputs."""
        for name, value in inputs.items():
            self.set(name, value)
        self.tick()
