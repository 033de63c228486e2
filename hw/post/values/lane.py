"""Lane: a result is requantised, and where a record says so a value of a second tensor is put to it, by one multiplier.

::

    value = clip(round_shift((result + bias) multiplier, shift), low, high) + zero
    add:      value = clip(round_shift(value own_multiplier + (B - centre) operand_multiplier, shift), low, high) + zero
    product:  value = clip(round_shift(value (B - centre) own_multiplier, shift), low, high) + zero

Adder, multiplier, shifter and limits stand one behind the other as in a requantiser; a value goes through the last
three of them again, and the element through the first two, see :mod:`lowtide.hw.post.values.turns`::

    result, element -> + bias -> sum --+
    value -----------------------------+-> times digits (+ product) -> shift -> limits -> value
    product ---------------------------+

Multipliers are the same for all lanes, so their digits come from outside, in the cycles of their turns. Those of an
element are the sum itself: what is added to it then is not only its zero point.
"""

from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib.wiring import In, Out

from ...logic.timing.stages import Stages
from ...logic.unit import Unit
from ..widths import ELEMENT_BITS, SHIFT_BITS, SUM_BITS, VALUE_BITS
from .multiplication import Recoding, multiplied
from .rounding import Limits, limited, shifted
from .turns import Turns

__all__ = ["CENTRED_BITS", "Lane"]

CENTRED_BITS = ELEMENT_BITS + 1  #: of an element less its zero point, signed


class Lane(Unit):
    """Requantises one result in each cycle, or one with a second tensor in each
    :attr:`lowtide.hw.post.values.turns.Turns.interval`.

    Parameters
    ----------
    name : str
    recoding : Recoding
        Of all multipliers, which are not negative.
    multiplier_bits : int
        Of these, unsigned.
    product : bool
        Whether products with a second tensor are built.
    shows_sum : bool
        Whether it has the port ``total``.

    Ports
    -----
    result, bias : in, 32 bits, signed
        In cycle 0; with ``meets`` an element of the second tensor, of 17 bits, and what is added to it: less its zero
        point, and where it is to scale a product the offset of
        :class:`lowtide.hw.post.values.multiplication.Recoding`.
    meets, second : in, 1 bit
        The cycles of these turns.
    holds : in, 1 bit
        From the cycle behind ``meets`` to the one before the third turn, where the sum stays meanwhile.
    keeps : in, 1 bit
        The cycle behind ``meets``, where it does not: it is kept beside it.
    scales_K : in, 1 bit
        The cycle of stage K of the third turn, where it is a product; only where products are built.
    adds : in, 1 bit
        That of the third one, where it is a sum.
    digits_K : in, two bits for each digit
        Those of the multiplier for stage K of a turn; without meaning with ``scales_K``.
    shift : in, 6 bits
        In the cycle behind the last of these stages.
    under, high, lowest, highest, zero : in
        Those of :class:`lowtide.hw.post.values.rounding.Limits`, in the cycle behind that.
    overflow : out, 1 bit
        In cycle 1: the sum left its bits, and is wrapped.
    total : out, 32 bits, signed
        In cycle 1: that sum; only where it is wanted.
    value : out, 16 bits, signed
        In the cycle behind the limits.
    """

    def __init__(
        self, name: str, *, recoding: Recoding, multiplier_bits: int, product: bool, shows_sum: bool = False
    ) -> None:
        self.recoding, self.product, self.shows_sum = recoding, product, shows_sum
        self.multiplicand_bits = max(SUM_BITS, VALUE_BITS + multiplier_bits) if product else SUM_BITS
        self.product_bits = SUM_BITS + multiplier_bits + product
        self.held = Turns(recoding.stages).sum_is_free
        stages = range(recoding.stages)
        super().__init__(
            name,
            {"en": In(1), "result": In(signed(SUM_BITS)), "bias": In(signed(SUM_BITS))}
            | {each: In(1) for each in ("meets", "second", "holds" if self.held else "keeps", "adds")}
            | ({f"scales_{stage}": In(1) for stage in stages} if product else {})
            | {f"digits_{stage}": In(bits) for stage, bits in enumerate(recoding.widths)}
            | {
                "shift": In(SHIFT_BITS),
                **{name: In(shape) for name, shape in Limits.shapes().items()},
                "overflow": Out(1),
                **({"total": Out(signed(SUM_BITS))} if shows_sum else {}),
                "value": Out(signed(VALUE_BITS)),
            },
        )

    def build(self, m: Module) -> None:
        stage = Stages(m, 1)
        total, kept = self._sums(m)
        value = Signal(signed(VALUE_BITS), name="kept_value", reset_less=True)
        product = Signal(signed(self.product_bits))
        multiplicand = Signal(signed(self.multiplicand_bits))
        m.d.comb += multiplicand.eq(Mux(self.second, value, kept))
        digits: list[Value] = [getattr(self, f"digits_{k}") for k in range(self.recoding.stages)]
        if self.product:
            with m.If(self.scales_0):
                m.d.comb += multiplicand.eq(product)
            digits = self._digits(stage, digits, kept)
        addend = Signal(signed(VALUE_BITS + self.product_bits - SUM_BITS - self.product))
        m.d.comb += [
            addend.eq(Mux(self.adds, product, 0)),
            product.eq(multiplied(stage, multiplicand, digits, self.recoding, self.product_bits, "product", addend)),
        ]
        limits = Limits(*(getattr(self, name) for name in Limits._fields))
        down = shifted(m, product, self.shift, "shifted").behind(stage, "shifted")
        with m.If(~self.meets):
            m.d.sync += value.eq(limited(m, down, limits, "limited"))
        m.d.comb += [self.overflow.eq(total[-1] ^ total[-2]), self.value.eq(value)]
        if self.shows_sum:
            m.d.comb += self.total.eq(total[:-1].as_signed())

    def _sums(self, m: Module) -> tuple[Value, Value]:
        """The sum, with a bit more than it needs, and what is multiplied of it: in the third turn still the element."""
        total = Signal(signed(SUM_BITS + 1), name="total_sum", reset_less=True)
        of_all = total[:-1].as_signed()
        if self.held:
            with m.If(~self.holds):
                m.d.sync += total.eq(self.result + self.bias)
            return total, of_all
        m.d.sync += total.eq(self.result + self.bias)
        element = Signal(signed(max(CENTRED_BITS, self.product * self.recoding.code_bits)), reset_less=True)
        with m.If(self.keeps):
            m.d.sync += element.eq(of_all)
        thirds = [self.adds, *([self.scales_0] if self.product else [])]
        return total, Mux(Cat(thirds).any(), element, of_all)

    def _digits(self, stage: Stages, shared: list[Value], kept: Value) -> list[Value]:
        """Those of the multiplier, or the element's where a product is scaled by it."""
        found = []
        for k, (of_all, own) in enumerate(zip(shared, self.recoding.split(kept), strict=True)):
            for cycle in range(k):
                own = stage.through(own, f"scale_{k}_{cycle}")
            chosen = Signal(len(of_all), name=f"chosen_{k}")
            stage.m.d.comb += chosen.eq(Mux(getattr(self, f"scales_{k}"), own, of_all))
            found.append(chosen)
        return found
