"""`bit_serial`: weights in series, one digit of each of L weights a cycle (Stripes; Judd et al., MICRO 2016).

L data are held for a beat; each cycle brings a digit of every weight, the highest first, and adds
``±2^plane sum_i digit_i x_i``. Time follows the weights' precision, 1 to ``w_width`` bits by mode. The digits are bits,
of which only the sign plane counts negative, or radix-4 Booth digits -2..2, half as many.
"""

from amaranth.hdl import Cat, Const, Mux, Signal, signed
from amaranth.lib import data
from amaranth.utils import bits_for

from ..logic.arithmetic import balanced_sum, complement_sum
from ..logic.booth import booth_digits
from ..logic.offset_sum import signed_sum
from ..mode.word import Mode
from .base import Kind, ProcessingElement, field, operand
from .edge_encoder import EdgeEncoder
from .operation_counts import dot_product, shared

__all__ = ["BitSerial", "BitSerialPE", "WeightSerializer"]


class BitSerial(Kind):
    """L held data times one digit of L weights."""

    name = "bit_serial"
    summary = "bit-serial weights, highest digit first, times L held data (Stripes)"
    presets = {"lanes": 16}
    sweep_lanes = (8, 16, 32)
    example = {"lanes": 3}
    fields = ("digits",)
    encoder_latency = 1
    west_fields = ("x_signed",)
    north_fields = ("w_signed", "x_signed")

    def chunk(self, config):
        return config.lanes

    def values_per_beat(self, config, mode):
        return config.lanes

    def slots(self, config, mode):
        bits = field(mode, "w_bits")
        if config.digits == "binary":
            return bits
        unsigned_bit = not mode.w_signed if isinstance(mode, Mode) else ~mode.w_signed
        return (bits + unsigned_bit + 1) >> 1

    def operation_counts(self, config, mode):
        """Each cycle every datum by one digit, of one bit or two, their sum, and its addition to the accumulator."""
        digits = dot_product(config.lanes, mode.x_bits, 1 if config.digits == "binary" else 2, config.acc_width)
        return shared(digits, config.lanes, self.cycles_per_beat(config, mode))

    def supported(self, config):
        return super().supported(config) | {"w_bits": range(1, config.w_width + 1)}

    def plain_modes(self, config):
        widths = sorted({config.w_width, 8, 6, 4, 2, 1} & set(range(1, config.w_width + 1)), reverse=True)
        return [Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=bits)
                for bits in widths for x in config.signs("x") for w in config.signs("w")]

    def north_shape(self, config):
        largest = config.lanes * (2 if config.digits == "booth" else 1)  # of the digits' sum, which has a sign
        bits = signed(bits_for(largest) + 1) if config.digits == "booth" else bits_for(largest)
        return data.StructLayout({"digits": data.ArrayLayout(digit_layout(config), config.lanes)}
                                 | ({"sum": bits} if "signed" in config.x_types else {}))

    def west_encoder(self, config):
        return OffsetData(config) if "signed" in config.x_types else None

    def north_encoder(self, config):
        return WeightSerializer(config)

    def control(self, config, where):
        own = {"plane": bits_for(planes(config) - 1)} if where in ("pe", "north") else {}
        return super().control(config, where) | own | ({"negative": 1} if where == "pe" else {})

    def control_values(self, config, where, word, beat):
        values = {name: word[name] for name in super().control(config, where)} | {"plane": beat.slots - 1}
        if where == "pe":  # the sign plane, the first one
            values["negative"] = beat.starts & word.w_signed if config.digits == "binary" else Const(0)
        return values

    def processing_element(self, config):
        return BitSerialPE(config, self)


def planes(config):
    """Digits of the widest weight."""
    if config.digits == "binary":
        return config.w_width
    return (config.w_width + ("unsigned" in config.w_types) + 1) // 2


def digit_layout(config):
    """One digit of a weight."""
    if config.digits == "binary":
        return data.StructLayout({"one": 1})
    return data.StructLayout({"one": 1, "two": 1, "negative": 1})


def digit_value(digit):
    """A digit as a signed value, 0 or 1 where digits are bits."""
    if len(digit.as_value()) == 1:
        return digit.one
    return Mux(digit.negative, -Cat(digit.one, digit.two), Cat(digit.one, digit.two))


class BitSerialPE(ProcessingElement):
    """L gates, an adder tree, one shifter behind it, the accumulator. Data are unsigned here: signed ones come with
    half their range added, and the digits' sum says what that has added to the result."""

    def addend(self, m, control, west, north):
        signed_data = "signed" in self.config.x_types
        extra = Cat(Const(0, self.config.x_width - 1), north.sum) if signed_data else None  # what the halves have added
        if self.config.digits == "binary":
            parts = [~(x & digit.one.replicate(len(x))) for x, digit in zip(west, north.digits, strict=True)]
            total = ~(complement_sum(parts) + extra if signed_data else complement_sum(parts))
            return self.weighted(m, total, control.plane, control.negative)
        parts = []
        for lane, (x, digit) in enumerate(zip(west, north.digits, strict=True)):
            part = Signal(signed(len(x) + 2), name=f"part_{lane}")
            once, twice = Cat(x, Const(0, 2)), Cat(Const(0, 1), x, Const(0, 1))
            m.d.comb += part.eq(((once & digit.one.replicate(len(part))) | (twice & digit.two.replicate(len(part))))
                                ^ digit.negative.replicate(len(part)))
            parts.append(part)
        total, carry = signed_sum(m, parts, [digit.negative for digit in north.digits], "lanes")
        total = total + carry - extra.as_signed() if signed_data else total + carry
        return self.weighted(m, total, Cat(Const(0, 1), control.plane), Const(0))

    def weighted(self, m, total, exponent, negative):
        """``total * 2^exponent``, negative where that is set."""
        most = (planes(self.config) - 1) * (2 if self.config.digits == "booth" else 1)
        padded = Signal(signed(most + len(total)))  # shifted right from the largest exponent: the same shifter
        shifted = Signal.like(padded)
        m.d.comb += [padded.eq(Cat(negative.replicate(most), total ^ negative.replicate(len(total))).as_signed()),
                     shifted.eq(padded >> (most - exponent)[:bits_for(most)])]
        return shifted + negative


class OffsetData(EdgeEncoder):
    """The west edge of one row: signed data become unsigned, half their range is added. Combinational but for the
    control bits, which go on to the next row."""

    def __init__(self, config):
        bits = config.lanes * config.x_width
        super().__init__(config, "west", "offset_data", values=bits, operand=bits)

    def build(self, m):
        width = self.config.x_width
        is_signed = {"both": self.control.x_signed, "signed": Const(1)}[
            "both" if len(self.config.x_types) == 2 else "signed"]
        halves = Cat(Cat(Const(0, width - 1), is_signed) for _ in range(self.config.lanes))
        self.hand_on(m)
        m.d.comb += self.operand.eq(self.values ^ halves)


class WeightSerializer(EdgeEncoder):
    """The north edge of one column: holds a chunk of weights and hands out their digits, the highest first."""

    latency, watched = 1, ("beat",)

    def __init__(self, config):
        super().__init__(config, "north", "serializer", values=config.lanes * config.w_width,
                         operand=config.pe.north_shape(config))

    def build(self, m):
        config, width = self.config, self.config.w_width
        control = self.hand_on(m)
        weights = Signal(data.ArrayLayout(width, config.lanes), reset_less=True)
        with m.If(self.control.beat):
            m.d.sync += weights.eq(self.values)
        lost = []
        for lane, weight in enumerate(weights):
            value = operand(weight, config.w_types, control.w_signed)
            digits = [(bit,) for bit in weight] if config.digits == "binary" else list(booth_digits(value))
            for place, name in enumerate(digit_layout(config).members):
                planes = Cat(digit[place] for digit in digits)
                m.d.comb += self.operand.digits[lane][name].eq(planes.bit_select(control.plane, 1))
            lost.append(self.beyond(value, control))
        if "signed" in config.x_types:
            total = balanced_sum([digit_value(digit) for digit in self.operand.digits])
            m.d.comb += self.operand.sum.eq(total & control.x_signed.replicate(len(total)))
        m.d.comb += self.lost.eq(Cat(lost).any() & control.beat)

    def beyond(self, value, control):
        """Whether a weight has more bits than the mode states: a digit above the first plane is not zero."""
        if self.config.digits == "booth":
            digits = [one | two for one, two, _ in booth_digits(value)]
            return Cat(digit & (control.plane < place) for place, digit in enumerate(digits) if place).any()
        changes = [value[place] ^ value[place - 1] for place in range(1, self.config.w_width)]
        ones = list(value[1:self.config.w_width])
        return Cat(((change & control.w_signed) | (one & ~control.w_signed)) & (control.plane < place)
                   for place, (change, one) in enumerate(zip(changes, ones, strict=True), start=1)).any()
