"""`term`: term revealing by shift and add.

A group of g data is held for a beat; each cycle L weight terms come in, each a signed power of two that names the datum
it belongs to: ``accumulator += sum_lanes ±(west[index] << exponent)``. A group's budget of k terms takes
``ceil(k / L)`` cycles. With every term kept this is conventional quantisation (QT), exact; with the k largest terms of
a group it is term revealing (TR; Kung, McDanel, Zhang, SC 2020, section 4). A column's encoder and term selector are
shared by all rows.
"""

from amaranth.hdl import Cat, Mux, Signal, signed, unsigned
from amaranth.lib import data
from amaranth.lib.wiring import In, Out

from ..arithmetic import carry_tree
from ..errors import Reason
from ..formats import one_term
from ..mode import WEIGHT_FORMATS, Mode
from ..selector import TermSelector, term_layout
from ..term_encoder import TermEncoder, max_terms, positions
from ..unit import Unit
from .base import Kind, ProcessingElement, encoder_control_layout, operand

__all__ = ["Term", "TermPE"]

MOST_GROUP = 16
MOST_BUDGET = 511


class Term(Kind):
    """Shift and add of weight terms into one held group of data."""

    name = "term"
    summary = "term revealing: L lanes shift and add weight terms into one held group of g data"
    example = {"lanes": 3, "group": 4}  # lanes that divide neither the group nor most budgets
    most_lanes = 16
    encoder_latency = 1
    pe_fields = ("x_signed",)
    north_fields = ("hese", "w_signed", "select")
    fields = ("encodings", "group", "budget")

    def defaults(self, config):
        group = config.group or 8
        lossless = max(max_terms(encoding == "hese", bool(sign), config.w_width)
                       for encoding in config.encodings or ("hese", "binary") for sign in config.signs("w"))
        return {"lanes": 1, "group": group, "budget": group * lossless, "encodings": ("hese", "binary")}

    def validate(self, config):
        if not 1 <= config.group <= MOST_GROUP:
            raise ValueError(f"group is {config.group}, allowed are 1 to {MOST_GROUP}")
        if not 1 <= config.budget <= MOST_BUDGET:
            raise ValueError(f"budget is {config.budget}, allowed are 1 to {MOST_BUDGET}")
        if not config.encodings:
            raise ValueError("encodings is empty, allowed are hese, binary or both")

    def chunk(self, config):
        return config.group

    def values_per_beat(self, config, mode):
        return mode.group

    def values(self, config, word):
        return word.group + 1  # the word holds group - 1

    def slots(self, config, mode):
        return mode.budget

    def slots_per_cycle(self, config):
        return config.lanes

    def supported(self, config):
        return super().supported(config) | {
            "hese": tuple(sorted(int(encoding == "hese") for encoding in config.encodings)), "select": (0, 1),
            "group": range(1, config.group + 1), "budget": range(1, config.budget + 1),
        }

    def refusal(self, config, mode):
        needed = mode.group * terms_of_a_weight(mode)
        if not mode.select and mode.budget < needed:
            return f"budget is {mode.budget}, to keep every term (select off) it must be at least {needed}"
        return None

    def refused(self, config, word):
        unsigned_bit = ~word.w_signed  # max_terms() in hardware; the word holds w_bits - 1 and group - 1
        terms = Mux(word.hese, (word.w_bits + unsigned_bit + 2) >> 1, word.w_bits + unsigned_bit)
        if single := [WEIGHT_FORMATS.index(name) for name in config.w_formats if one_term(name)]:
            terms = Mux(word.w_format.matches(*single), 1, terms)
        needed = (word.group + 1) * terms
        return [(Reason.BUDGET_NOT_LOSSLESS, ~word.select & (word.budget < needed))]

    def plain_modes(self, config):
        found = []
        for x in config.signs("x"):
            for w in config.signs("w"):
                plain = Mode(x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=config.w_width,
                             group=config.group)
                for encoding in config.encodings:
                    hese = encoding == "hese"
                    lossless = config.group * max_terms(hese, bool(w), config.w_width)
                    if lossless <= config.budget:
                        found.append(plain.change(hese=hese, budget=lossless))
                budgets = sorted({config.group * alpha // 2 for alpha in (6, 4, 3, 2, 1)} - {0}, reverse=True)
                found += [plain.change(hese="hese" in config.encodings, select=True, budget=budget)
                          for budget in budgets if budget <= config.budget]
        return found

    def format_mode(self, config, mode, w_format):
        mode = super().format_mode(config, mode, w_format)
        return mode.change(budget=config.group * (1 if one_term(w_format) else terms_of_a_weight(mode)))

    def effective_weights(self, config, mode):
        least, most = super().effective_weights(config, mode)
        return least, most + (mode.hese and mode.select)  # 127 = 128 - 1 becomes 128 when its second term goes

    def west_shape(self, config):
        return data.ArrayLayout(unsigned(config.x_width), config.group)

    def north_shape(self, config):
        return data.ArrayLayout(term_layout(config), config.lanes)

    def pe(self, config):
        return TermPE(config, self)

    def control(self, config, where):
        return super().control(config, where) | ({"slot": config.lanes} if where == "north" else {})

    def control_values(self, config, where, word, beat):
        values = {name: word[name] for name in super().control(config, where)}
        if where == "north":
            values["slot"] = Cat(beat.slots > lane for lane in range(config.lanes)) & beat.step.replicate(config.lanes)
        return values

    def north_encoder(self, config):
        return ColumnEncoder(config, self)


def terms_of_a_weight(mode):
    """The most terms that a weight of this mode has."""
    return 1 if one_term(mode.w_format) else max_terms(mode.hese, mode.w_signed, mode.w_bits)


class TermPE(ProcessingElement):
    """L lanes of multiplexer, shifter and conditional complement, an adder tree and the accumulator."""

    def addend(self, m, control, west, north):
        config, shifted = self.config, []
        most = positions(config) - 1  # the largest exponent
        for lane, term in enumerate(north):
            chosen = Signal(config.x_width, name=f"chosen_{lane}")
            m.d.comb += chosen.eq(Cat(west).word_select(term.index, config.x_width)
                                  & term.valid.replicate(config.x_width))
            # -v = ~v + 1: the complement is shifted with ones following, its + 1 is a carry of the adder tree below.
            # Shifting right from the largest exponent is the same shifter, and one operation for a simulator.
            value = operand(chosen, config.x_types, control.x_signed).as_unsigned()
            padded = Signal(signed(most + len(value)), name=f"padded_{lane}")
            m.d.comb += padded.eq(Cat(term.negative.replicate(most),
                                      value ^ term.negative.replicate(len(value))).as_signed())
            lane_value = Signal.like(padded, name=f"shifted_{lane}")
            m.d.comb += lane_value.eq(padded >> (most - term.exponent)[:len(term.exponent)])
            shifted.append(lane_value)
        total, (carry,) = carry_tree(m, shifted, [term.negative for term in north], "lanes")
        return total + carry


class ColumnEncoder(Unit):
    """The north edge of one column: term encoders for a chunk of weights, and the term selector."""

    latency = 1

    def __init__(self, config, kind):
        self.config = config
        layout = encoder_control_layout(config, "north")
        super().__init__(f"{config.name}_encoder", {
            "en": In(1), "control": In(layout), "values": In(data.ArrayLayout(unsigned(config.w_width), config.group)),
            "control_out": Out(layout), "operand": Out(kind.north_shape(config)), "lost": Out(1),
        })

    def build(self, m):
        config = self.config
        control = Signal.like(self.control)
        m.d.sync += control.eq(self.control)
        m.d.comb += self.control_out.eq(control)
        encoders = [self.place(m, f"term_encoder_{index}", TermEncoder(config), value=self.values[index],
                               hese=self.control.hese, value_signed=self.control.w_signed)
                    for index in range(config.group)]
        selector = self.place(m, "selector", TermSelector(config), load=self.control.beat, step=control.step,
                              lanes=control.slot, nonzero=Cat(encoder.nonzero for encoder in encoders),
                              negative=Cat(encoder.negative for encoder in encoders))
        m.d.comb += [self.operand.eq(selector.terms), self.lost.eq(control.final & ~control.select & selector.left)]
