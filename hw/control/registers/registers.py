"""The registers of the machine behind an AXI4-Lite bus, generated from their one statement, `registers.rdl`.

One read and one write at a time; a register that does not exist answers SLVERR. An event that sets a bit wins over a
write that clears it.
"""

from amaranth.hdl import Cat, Const, Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out

from ...logic.unit import Unit
from .register_map import Register, RegisterField, register_map

__all__ = ["REGISTER_ADDRESS_BITS", "Registers", "lite_ports"]

REGISTER_ADDRESS_BITS = 12  #: of the bus: 4,096 bytes
_WIDTH = 32
_OKAY, _SLVERR = 0b00, 0b10


def lite_ports() -> dict[str, object]:
    """The ports of the AXI4-Lite bus."""
    return {
        "s_axi_awaddr": In(REGISTER_ADDRESS_BITS),
        "s_axi_awprot": In(3),
        "s_axi_awvalid": In(1),
        "s_axi_awready": Out(1),
        "s_axi_wdata": In(_WIDTH),
        "s_axi_wstrb": In(_WIDTH // 8),
        "s_axi_wvalid": In(1),
        "s_axi_wready": Out(1),
        "s_axi_bresp": Out(2),
        "s_axi_bvalid": Out(1),
        "s_axi_bready": In(1),
        "s_axi_araddr": In(REGISTER_ADDRESS_BITS),
        "s_axi_arprot": In(3),
        "s_axi_arvalid": In(1),
        "s_axi_arready": Out(1),
        "s_axi_rdata": Out(_WIDTH),
        "s_axi_rresp": Out(2),
        "s_axi_rvalid": Out(1),
        "s_axi_rready": In(1),
    }


class Registers(Unit):
    """The registers behind an AXI4-Lite bus.

    Parameters
    ----------
    name : str

    Ports
    -----
    s_axi_...
        The bus, addresses of 12 bits. No output depends on an input of the same cycle.
    REGISTER_FIELD : in or out
        Each field that the machine gives, or sees. A pulse is 1 for a cycle.
    REGISTER_FIELD_set : in, 1 bit
        Sets the bit of a field that the machine sets.
    """

    def __init__(self, name: str) -> None:
        ports = lite_ports()
        for field in self._fields():
            if field.given:
                ports[field.name] = In(field.width)
            elif field.stored:
                ports[field.name] = Out(field.width)
            if field.sets:
                ports[f"{field.name}_set"] = In(field.width)
        super().__init__(name, ports)

    @staticmethod
    def _fields() -> list[RegisterField]:
        return [field for register in register_map() for field in register.fields]

    def build(self, m: Module) -> None:
        address, writes, written, strobes = self.writes(m)
        for register in register_map():
            chosen = writes & (address == register.address >> 2)
            for field in register.fields:
                if field.stored:
                    self.store(m, field, chosen, written, strobes)
        self.reads(m)

    def writes(self, m: Module) -> tuple[Value, Value, Value, Value]:
        """The channels of a write: address of the register, whether it is written in this cycle, word, bits of it."""
        address, word = Signal(REGISTER_ADDRESS_BITS - 2, reset_less=True), Signal(_WIDTH, reset_less=True)
        strobes = Signal(_WIDTH // 8, reset_less=True)
        has_address, has_word, writes, known = Signal(), Signal(), Signal(), Signal()
        m.d.comb += [
            self.s_axi_awready.eq(~has_address),
            self.s_axi_wready.eq(~has_word),
            writes.eq(has_address & has_word & ~self.s_axi_bvalid),
            known.eq(Cat(address == register.address >> 2 for register in register_map()).any()),
        ]
        with m.If(~has_address):
            m.d.sync += [has_address.eq(self.s_axi_awvalid), address.eq(self.s_axi_awaddr >> 2)]
        with m.If(~has_word):
            m.d.sync += [has_word.eq(self.s_axi_wvalid), word.eq(self.s_axi_wdata), strobes.eq(self.s_axi_wstrb)]
        with m.If(writes):
            m.d.sync += [
                has_address.eq(0),
                has_word.eq(0),
                self.s_axi_bvalid.eq(1),
                self.s_axi_bresp.eq(Mux(known, _OKAY, _SLVERR)),
            ]
        with m.Elif(self.s_axi_bready):
            m.d.sync += self.s_axi_bvalid.eq(0)
        return address, writes, word, Cat(strobe.replicate(8) for strobe in strobes)

    def store(self, m: Module, field: RegisterField, chosen: Value, word: Value, strobes: Value) -> None:
        """A field with flip-flops: what software writes, what the machine sets."""
        place = slice(field.low, field.low + field.width)
        kept = Signal(field.width, name=f"{field.name}_kept", init=field.reset)
        bits, ones = word[place], strobes[place] & chosen.replicate(field.width)
        if field.pulse:
            following: Value = bits & ones
        elif field.clears:
            following = kept & ~(bits & ones)
        else:
            following = (kept & ~ones) | (bits & ones)
        if field.sets:
            following = following | getattr(self, f"{field.name}_set")
        m.d.sync += kept.eq(following)
        m.d.comb += getattr(self, field.name).eq(kept)

    def reads(self, m: Module) -> None:
        """The channels of a read: the answer is there in the cycle after the address."""
        m.d.comb += self.s_axi_arready.eq(~self.s_axi_rvalid)
        with m.If(~self.s_axi_rvalid):
            m.d.sync += [
                self.s_axi_rvalid.eq(self.s_axi_arvalid),
                self.s_axi_rdata.eq(0),
                self.s_axi_rresp.eq(_SLVERR),
            ]
            with m.Switch(self.s_axi_araddr[2:]):
                for register in register_map():
                    with m.Case(register.address >> 2):
                        m.d.sync += [self.s_axi_rdata.eq(self.value(register)), self.s_axi_rresp.eq(_OKAY)]
        with m.Elif(self.s_axi_rready):
            m.d.sync += self.s_axi_rvalid.eq(0)

    def value(self, register: Register) -> Value:
        """What software reads."""
        parts: list[Value] = []
        at = 0
        for field in register.fields:
            if field.readable:
                held = getattr(self, field.name) if field.given or field.stored else Const(field.reset, field.width)
                parts += [Const(0, field.low - at)] if field.low > at else []
                parts.append(held)
                at = field.low + field.width
        return Cat(*parts) if parts else Const(0, _WIDTH)
