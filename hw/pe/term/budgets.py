"""Budgets of `term` with which no term is lost: of a mode, and of a mode word in hardware."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amaranth.hdl import Cat, Const, Mux, Value
from amaranth.lib import data

from ...logic.term_encoder import max_terms
from ...mode.word import Mode
from ...storage_formats import find, number
from .lane_rules import budget_of_one, lossless_budget, ruled

if TYPE_CHECKING:
    from ...config.array_config import ArrayConfig
    from ...logic.intake import Intake

__all__ = ["kept_whole", "needed_budget", "terms_of_a_weight", "too_few"]


def needed_budget(config: ArrayConfig, mode: Mode) -> int:
    """The least budget with which this mode loses no term."""
    terms = terms_of_a_weight(mode)
    return budget_of_one(config, terms) if mode.diagonal else lossless_budget(config, mode.group, terms)


def kept_whole(config: ArrayConfig, mode: Mode) -> Mode:
    """The mode with a budget that keeps every term; with selection and the largest budget where none does."""
    needed = needed_budget(config, mode)
    return mode.change(budget=min(needed, config.budget), select=needed > config.budget)


def terms_of_a_weight(mode: Mode) -> int:
    """The most terms that a weight of this mode has."""
    return 1 if mode.storage("w").one_term else max_terms(mode.hese, mode.w_signed, mode.w_bits)


def looked_up(budgets: Sequence[int], place: Value) -> Value:
    """The budget at a place of a table."""
    return Const.cast(Cat(Const(budget, 10) for budget in budgets)).word_select(place, 10)


def too_few(config: ArrayConfig, word: data.View, intake: Intake) -> Value:
    """Whether a mode word keeps every term (select off) with a budget that is too small for that: :func:`needed_budget`
    in hardware, behind two cuts of the intake."""
    unsigned_bit = ~word.w_signed  # max_terms() in hardware; the word holds w_bits - 1 and group - 1
    terms = Mux(word.hese, (word.w_bits + unsigned_bit + 2) >> 1, word.w_bits + unsigned_bit)
    if single := [number(stored) for stored in map(find, config.w_formats) if stored.one_term]:
        terms = Mux(word.w_format.matches(*single), 1, terms)
    terms = intake.cut(1, terms, "most_terms")
    if ruled(config):  # by the number of terms alone: tables
        counts = [max(most, 1) for most in range(config.w_width + 2)]
        of_group = looked_up([lossless_budget(config, config.group, most) for most in counts], terms)
        diagonal = intake.cut(1, word.diagonal, "diagonal")
        needed = Mux(diagonal, looked_up([budget_of_one(config, most) for most in counts], terms), of_group)
    else:
        needed = intake.cut(1, Mux(word.diagonal, 1, word.group + 1), "weights") * terms
    needed = intake.cut(2, needed, "needed")
    return ~intake.through(word.select, "select") & (intake.through(word.budget, "budget") < needed)
