"""`term`: term revealing by shift and add.

A group of g data is held for a beat; each cycle L weight terms come in, each a signed power of two that names the datum
it belongs to: ``accumulator += sum_lanes ±(west[index] << exponent)``. A group's budget of k terms takes
``ceil(k / L)`` cycles. With every term kept this is conventional quantisation (QT), exact; with the k largest terms of
a group it is term revealing (TR; Kung, McDanel, Zhang, SC 2020, section 4). Lanes that see a part of the group only
(:mod:`lowtide.hw.pe.term.lane_rules`) are smaller and keep, of the same budget, sometimes lesser terms. A column's
encoder and term selector are shared by all rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from amaranth.hdl import Cat, Module, ShapeLike, Value, unsigned
from amaranth.lib import data

from lowtide.common.quantisation import LaneRule

from ...logic.term_encoder import max_terms
from ...mode.reasons import Reason
from ...mode.word import Mode
from ...storage_formats import FORMATS
from ..base import ProcessingElement
from ..edge_encoder import EdgeEncoder
from ..kind import EVERY_FORMAT, Beat, Documents, Kind, accepted_modes
from ..operation_counts import Operation, additions, shared
from .blocks import arrange, blocks, operand_layout
from .budgets import kept_whole, needed_budget, terms_of_a_weight, too_few
from .edge import ColumnEncoder
from .lane_rules import budget_of_one, check_rules, lossless_budget, rule_name, ruled, slots_of_a_value, window_values
from .pe import TermPE
from .ranked_selector import rank_stages

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["Term"]


class Term(Kind):
    """Shift and add of weight terms into one held group of data."""

    #: Integers of one term each, or all of them: of others a selection would leave some that the format does not have.
    w_formats = tuple(each.name for each in FORMATS if each.one_term or each.integers is None)
    name = "term"
    summary = "term revealing: L lanes shift and add weight terms into one held group of g data"
    documents = Documents(
        west="one group of g ints",
        north="L weight terms: index, exponent, sign, valid",
        cycles="ceil(k / L) for a budget of k",
        values="g",
        modes="Every `x_bits` and `w_bits` from 2 to 8, every group up to 8 and every budget is a mode, without "
        f"selection every budget that keeps every term: ceil(budget / lanes) cycles. {EVERY_FORMAT}",
        what="[term revealing](docs/term_revealing.md): shift and add of the k largest signed powers of two of a group "
        "of weights",
        choose="weights that stand few terms, and now and then all of them",
        steps=("choose 1 of g,\nL times", "L shifters", "adder tree"),
    )
    example = {"lanes": 3, "group": 4}  # lanes that divide neither the group nor most budgets
    flexible = {"lanes": 8}
    limits = {"lanes": range(1, 17), "sums": ("tree", "chain")}
    refusal_reason = Reason["BUDGET_NOT_LOSSLESS"]
    encoder_latency = 1
    reports_losses = True
    pe_fields: tuple[str, ...] = ("x_signed",)
    north_fields = ("hese", "w_signed", "select")
    fields: tuple[str, ...] = ("encodings", "group", "budget", "dedicated", "window", "sums", "pipeline")

    def defaults(self, config: ArrayConfig) -> dict[str, Any]:
        most = max(
            max_terms(encoding == "hese", bool(sign), config.w_width)
            for encoding in config.encodings
            for sign in config.signs("w")
        )
        try:
            budget = lossless_budget(config, config.group, most)
        except ArithmeticError:
            budget = config.group * most  # rules that do not fit, which validate() refuses
        return {"budget": budget, "window": config.group}

    def validate(self, config: ArrayConfig) -> None:
        check_rules(config)

    def chunk(self, config: ArrayConfig) -> int:
        return config.group

    def values_per_beat(self, config: ArrayConfig, mode: Mode) -> int:
        return mode.group

    def values(self, config: ArrayConfig, word: data.View) -> Value:
        return word.group + 1  # the word holds group - 1

    def slots(self, config: ArrayConfig, mode: Mode | data.View) -> int | Value:
        return mode.budget

    def slots_per_cycle(self, config: ArrayConfig) -> int:
        return config.lanes

    def operation_counts(self, config: ArrayConfig, mode: Mode) -> list[Operation]:
        """A term is an addition of a shifted datum; the last one of a cycle goes into the accumulator."""
        cycles = self.cycles_per_beat(config, mode)
        sums = additions(mode.budget - cycles, mode.x_bits + mode.w_bits) + additions(cycles, config.acc_width)
        return shared(sums, mode.group)

    def value_counts(self, config: ArrayConfig) -> Sequence[int]:
        return range(1, config.group + 1)

    def supported(self, config: ArrayConfig) -> dict[str, Sequence[int]]:
        return super().supported(config) | {
            "hese": tuple(sorted(int(encoding == "hese") for encoding in config.encodings)),
            "select": (0, 1),
            "group": range(1, config.group + 1),
            "budget": range(1, config.budget + 1),
        }

    def refusal(self, config: ArrayConfig, mode: Mode) -> str | None:
        needed = needed_budget(config, mode)
        if not mode.select and mode.budget < needed:
            return f"budget is {mode.budget}, to keep every term (select off) it must be at least {needed}"
        return None

    def refused(self, config: ArrayConfig, word: data.View, intake: Intake) -> Value | None:
        return too_few(config, word, intake)

    def plain_modes(self, config: ArrayConfig) -> list[Mode]:
        found = []
        for x in config.signs("x"):
            for w in config.signs("w"):
                plain = Mode(
                    x_signed=bool(x), w_signed=bool(w), x_bits=config.x_width, w_bits=config.w_width, group=config.group
                )
                for encoding in config.encodings:
                    hese = encoding == "hese"
                    lossless = lossless_budget(config, config.group, max_terms(hese, bool(w), config.w_width))
                    if lossless <= config.budget:
                        found.append(plain.change(hese=hese, budget=lossless))
                budgets = {config.group * alpha // 2 for alpha in (6, 4, 3, 2, 1)} - {0}
                if config.lanes > config.group:
                    budgets |= {config.lanes, 2 * config.lanes}  # whole rounds
                hese = "hese" in config.encodings
                if config.budget < lossless_budget(config, config.group, max_terms(hese, bool(w), config.w_width)):
                    budgets.add(config.budget)
                found += [
                    plain.change(hese=hese, select=True, budget=budget)
                    for budget in sorted(budgets, reverse=True)
                    if budget <= config.budget
                ]
        return found

    def every_mode(self, config: ArrayConfig) -> list[Mode]:
        """With every term kept, each combination of number types, widths, encoding and format in the largest group
        with the least budget, and at full widths in every other group. With selection, at full widths: each combination
        in every group with a budget of 1, of one cycle and of one term a value; of plain weights in the largest group
        with every budget, and with these three and every number of data terms. And what documents show."""
        supported = self.supported(config)
        groups, largest = supported["group"], (config.group,)
        kept = supported | {"select": (0,), "data_terms": (0,), "budget": (config.budget,)}
        full = supported | {
            "x_bits": (config.x_width,),
            "w_bits": (config.w_width,),
            "data_terms": (0,),
            "select": (1,),
        }
        found = accepted_modes(config, kept | {"group": largest})
        found += accepted_modes(config, kept | full | {"select": (0,), "budget": (config.budget,)})
        found = [mode.change(budget=needed_budget(config, mode)) for mode in found]
        found += accepted_modes(config, full | {"group": largest, "w_format": (0,)})
        few = {min(budget, config.budget) for budget in (1, config.lanes, config.group)}
        found += accepted_modes(config, full | {"group": groups, "budget": sorted(few)})
        found += accepted_modes(
            config,
            full | {"group": largest, "w_format": (0,), "budget": sorted(few), "data_terms": supported["data_terms"]},
        )
        return list(dict.fromkeys(found + self.modes(config)))

    def narrowed(self, config: ArrayConfig, mode: Mode, x_bits: int, w_bits: int) -> Mode | None:
        narrow = mode.change(w_bits=w_bits)
        return super().narrowed(config, narrow.change(budget=needed_budget(config, narrow)), x_bits, w_bits)

    def diagonal_mode(self, config: ArrayConfig) -> Mode:
        hese = "hese" in config.encodings
        return kept_whole(config, super().diagonal_mode(config).change(hese=hese, data_terms=0))

    def format_mode(self, config: ArrayConfig, mode: Mode, w_format: str) -> Mode:
        return kept_whole(config, super().format_mode(config, mode, w_format))

    def effective_weights(self, config: ArrayConfig, mode: Mode) -> tuple[int, int]:
        least, most = super().effective_weights(config, mode)
        terms = terms_of_a_weight(mode)
        if not mode.select or terms == 1:
            return least, most
        if not mode.hese:  # the largest has as many ones as its value can have terms
            cut = max(0, most.bit_length() - slots_of_a_value(config, mode.group, mode.budget))
            return least, most >> cut << cut
        if mode.diagonal:
            kept = budget_of_one(config, 2)
        else:
            kept = lossless_budget(config, mode.group, terms) if ruled(config) else (mode.group - 1) * terms + 2
        return least, most + (mode.budget < kept)  # 127 = 128 - 1 becomes 128 when its second term goes

    def rule(self, config: ArrayConfig) -> str:
        return rule_name(config) if "dedicated" in self.fields else ""

    def lane_rule(self, config: ArrayConfig) -> LaneRule | None:
        if "dedicated" not in self.fields or not ruled(config):
            return None
        return LaneRule(config.lanes, bool(config.dedicated), window_values(config))

    def west_shape(self, config: ArrayConfig) -> data.ArrayLayout:
        return data.ArrayLayout(unsigned(config.x_width), config.group)

    def north_shape(self, config: ArrayConfig) -> ShapeLike:
        return operand_layout(config)

    def edge_latency(self, config: ArrayConfig) -> int:
        return super().edge_latency(config) + rank_stages(config)

    def arrange(self, m: Module, config: ArrayConfig, terms: Sequence[data.View], operand: data.View) -> None:
        """Make a north operand of the selector's terms."""
        for parts in blocks(config):
            count = sum(len(part.lanes()) for part in parts)
            arrange(m, terms[:count], parts, operand)
            terms = terms[count:]

    def processing_element(self, config: ArrayConfig) -> ProcessingElement:
        return TermPE(config, self)

    def control(self, config: ArrayConfig, where: str) -> dict[str, int]:
        return super().control(config, where) | ({"slot": config.lanes} if where == "north" else {})

    def control_values(self, config: ArrayConfig, where: str, word: data.View, beat: Beat) -> dict[str, Value]:
        values = {name: word[name] for name in super().control(config, where)}
        if where == "north":
            values["slot"] = Cat(beat.slots > lane for lane in range(config.lanes)) & beat.step.replicate(config.lanes)
        return values

    def north_encoder(self, config: ArrayConfig) -> EdgeEncoder | None:
        return ColumnEncoder(config, self)
