"""The counters of tokens between the three engines: what alone orders their records.

The engines form a ring, LOAD, EXEC, STORE. ``a`` of an engine is the next one, ``b`` the one behind that. A record
begins when the tokens that it takes are there, and gives its own when it has ended.
"""

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ...logic.unit import Unit

__all__ = ["ENGINES", "TOKEN_BITS", "Tokens"]

ENGINES = ("load", "exec", "store")  #: in the order of the ring
TOKEN_BITS = 3  #: of the number of tokens that a record takes or gives
_COUNTER_BITS = 8


class Tokens(Unit):
    """Six counters of 0 to 255 tokens, one for each pair of engines.

    Parameters
    ----------
    name : str

    Ports
    -----
    clear : in, 1 bit
        All counters become 0.
    ENGINE_take_a, ENGINE_take_b : in, 3 bits
        Tokens that the engine's next record takes, of those that ``a`` and ``b`` gave it.
    ENGINE_allowed : out, 1 bit
        They are there.
    ENGINE_begins : in, 1 bit
        They are taken, in the next cycle; only where allowed, and not in two cycles one behind the other.
    ENGINE_give_a, ENGINE_give_b : in, 3 bits
        Tokens that the engine's record gives to ``a`` and ``b``.
    ENGINE_ends : in, 1 bit
        They are given.
    ENGINE_overflows : out, 1 bit
        In that cycle: a counter would exceed 255, before those are taken that are in the same one.
    """

    def __init__(self, name: str) -> None:
        ports: dict[str, object] = {"clear": In(1)}
        for engine in ENGINES:
            ports |= {f"{engine}_take_{side}": In(TOKEN_BITS) for side in "ab"}
            ports |= {f"{engine}_give_{side}": In(TOKEN_BITS) for side in "ab"}
            ports |= {f"{engine}_begins": In(1), f"{engine}_ends": In(1)}
            ports |= {f"{engine}_allowed": Out(1), f"{engine}_overflows": Out(1)}
        super().__init__(name, ports)

    def build(self, m: Module) -> None:
        allowed: dict[str, list[Signal]] = {engine: [] for engine in ENGINES}
        overflows: dict[str, list[Signal]] = {engine: [] for engine in ENGINES}
        began = {engine: Signal(name=f"{engine}_began") for engine in ENGINES}
        m.d.sync += [began[engine].eq(getattr(self, f"{engine}_begins") & ~self.clear) for engine in ENGINES]
        for place, taker in enumerate(ENGINES):
            for side, distance in (("a", 1), ("b", 2)):
                giver = ENGINES[(place + distance) % 3]
                gives = "b" if side == "a" else "a"  # the taker, as the giver sees it
                tokens = Signal(_COUNTER_BITS, name=f"tokens_{giver}_to_{taker}")
                # what the record takes that could have begun in the cycle before, and what it took
                taken = Signal(TOKEN_BITS, name=f"taken_{giver}_to_{taker}", reset_less=True)
                gone = Signal(TOKEN_BITS, name=f"gone_{giver}_to_{taker}")
                kept = Signal(_COUNTER_BITS, name=f"kept_{giver}_to_{taker}")  # where none are given
                total = Signal(_COUNTER_BITS + 1, name=f"total_{giver}_to_{taker}")  # where some are
                there, over = Signal(name=f"there_{giver}_to_{taker}"), Signal(name=f"over_{giver}_to_{taker}")
                take, given = getattr(self, f"{taker}_take_{side}"), getattr(self, f"{giver}_ends")
                m.d.comb += [
                    there.eq(tokens >= take),
                    gone.eq(Mux(began[taker], taken, 0)),
                    kept.eq(tokens - gone),
                    total.eq(tokens + getattr(self, f"{giver}_give_{gives}") - gone),
                    over.eq(given & total[_COUNTER_BITS]),
                ]
                m.d.sync += [
                    taken.eq(take),
                    tokens.eq(Mux(self.clear, 0, Mux(given, total, kept))),
                ]
                allowed[taker].append(there)
                overflows[giver].append(over)
        for engine in ENGINES:
            m.d.comb += [
                getattr(self, f"{engine}_allowed").eq(Cat(allowed[engine]).all()),
                getattr(self, f"{engine}_overflows").eq(Cat(overflows[engine]).any()),
            ]
