"""The control of a machine with a memory, registers by name, local memories as arrays, and an engine of EXEC in Python.

That engine takes ``out_columns`` atoms from ``in_base`` on and writes each byte plus 1 from ``out_base`` on, when it
ends: enough to see the order of records.
"""

from dataclasses import dataclass, field
from functools import cache

from lowtide.common.records.execute import Exec
from lowtide.hw.control.control import Control
from lowtide.hw.control.registers.register_map import register_map

from local_memories import LocalMemories
from unit_model import UnitModel

LISTS = {"initialise": ("initialisation", 1), "execute": ("execution", 2)}
DONE, WAITS, FAILS = 1, 2, 4  # of the register of interrupts
BUSY, WAITING, FAILED, TRANSFERS = 1, 2, 4, 8  # of `status`
RESUME, RESET = 4, 8  # of `start`


@cache
def control(config):
    """The unit of a configuration, made once."""
    return Control(config)


@cache
def addresses():
    return {register.name: register.address for register in register_map()}


@dataclass
class FakeEngine:
    """cycles: how long a record takes, a range; error: what record number has which error and reason."""

    cycles: tuple[int, int] = (1, 40)
    errors: dict = field(default_factory=dict)
    hangs: bool = False
    left: int = 0
    record: Exec | None = None
    begun: int = 0


class ControlBench:
    def __init__(self, config, rng, *, size=1 << 16, seed=1, busy=1.0):
        self.config, self.rng = config, rng
        self.model = UnitModel(control(config), size=size, seed=seed)
        self.local = LocalMemories(config, self.model, rng, busy)
        self.engine = FakeEngine()
        for name in self.model.inputs:
            if not name.startswith("m_axi"):
                self.model.set(name, 0)
        self.reset()

    def reset(self):
        self.engine.left = 0
        for name in ("exec_ended", "exec_error", "s_axi_awvalid", "s_axi_wvalid", "s_axi_arvalid"):
            self.model.set(name, 0)
        self.model.reset()
        self.write("program", self.config.identity)

    def cycle(self):
        model, engine = self.model, self.engine
        answer = self.local.before_edge()
        begins, anew = model.get("exec_begin"), model.get("exec_reset")
        if begins:
            engine.record = Exec.unpack(model.get("exec_record").to_bytes(128, "little"))
        model.tick()
        self.local.after_edge(answer)
        if anew:
            engine.left = begins = 0
        ends = engine.left == 1 and not (engine.hangs and not model.get("exec_stop"))
        engine.left -= engine.left > 1 or ends
        model.set("exec_ended", ends)
        error, reason = (0, 0)
        if ends:
            error, reason = engine.errors.pop(engine.begun, (0, 0))
            engine.begun += 1
            record, atoms = engine.record, self.local.contents[0]
            source = slice(record.in_base, record.in_base + record.out_columns)
            atoms[record.out_base : record.out_base + record.out_columns] = atoms[source] + 1
        model.set("exec_error", error)
        model.set("exec_reason", reason)
        model.set("exec_active", engine.left > 0)
        if begins:
            engine.left = self.rng.randint(*engine.cycles)

    def write(self, register, value):
        """Write a register, the address and the word in any order."""
        model, rng = self.model, self.rng
        model.set("s_axi_awaddr", register if isinstance(register, int) else addresses()[register])
        model.set("s_axi_wdata", value)
        model.set("s_axi_wstrb", 15)
        waits = {"s_axi_aw": rng.randint(0, 2), "s_axi_w": rng.randint(0, 2)}
        for _ in range(40):
            for channel in waits:
                model.set(f"{channel}valid", waits[channel] == 0)
            done = [channel for channel in waits if waits[channel] == 0 and model.get(f"{channel}ready")]
            self.cycle()
            waits = {channel: max(0, wait - 1) for channel, wait in waits.items() if channel not in done}
            for channel in done:
                model.set(f"{channel}valid", 0)
            if not waits:
                break
        return self.answer("b")

    def read(self, register):
        model = self.model
        model.set("s_axi_araddr", register if isinstance(register, int) else addresses()[register])
        model.set("s_axi_arvalid", 1)
        while not model.get("s_axi_arready"):
            self.cycle()
        self.cycle()
        model.set("s_axi_arvalid", 0)
        return self.answer("r")

    def answer(self, channel):
        """The word that is read, or None; an error of the bus is an OSError."""
        model = self.model
        for _ in range(40):
            ready = self.rng.random() < 0.5
            model.set(f"s_axi_{channel}ready", ready)
            valid = model.get(f"s_axi_{channel}valid")
            found = model.get("s_axi_rdata") if channel == "r" else None
            response = model.get(f"s_axi_{channel}resp")
            self.cycle()
            if valid and ready:
                model.set(f"s_axi_{channel}ready", 0)
                if response:
                    raise OSError(f"response {response}")
                return found
        raise AssertionError("the registers do not answer")

    def start(self, which, packed, at):
        """Put a list into memory and start it."""
        self.model.memory[at : at + len(packed)] = list(packed)
        register, bit = LISTS[which]
        self.write(register, at)
        self.write("start", bit)

    def until_over(self, limit=60_000):
        """Run until the list is over; its error and the number of the record."""
        for _ in range(limit):
            self.cycle()
            if self.model.get("irq") or not self.rng.randrange(64):
                if not self.read("status") & 1:
                    self.model.check_bus()
                    return self.read("error") & 15, self.read("error_record")
        raise AssertionError("the list does not end")

    def until_failed(self, limit=60_000):
        """Run until there is an error: it and the number of the record."""
        for _ in range(limit):
            self.cycle()
            if not self.rng.randrange(64) and self.read("status") & FAILED:
                return self.read("error") & 15, self.read("error_record")
        raise AssertionError("there is no error")
