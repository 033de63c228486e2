"""Conditions on a few mode bits as the smallest sum of products, codes that do not occur left free.

Synthesis cannot know which codes occur, and so could not find these by itself. Quine, 1952, by trying: for up to five
bits there are at most 243 products.
"""

import functools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations, product
from typing import Generic, TypeVar

from amaranth.hdl import Cat, Const, Module, Value

from .arithmetic import any_of, named

__all__ = ["Conditions", "sum_of_products"]

Product = tuple[int | None, ...]  #: the value that each bit must have, None for any
Case = TypeVar("Case", bound=Hashable)


class Conditions(Generic[Case]):
    """Conditions on mode bits, equal ones made once.

    Parameters
    ----------
    m : Module
        Gets the logic.
    bits : sequence of Value, 1 bit each
    cases : mapping of case to int
        What can occur, with its code, of which bit i is ``bits[i]``.
    """

    def __init__(self, m: Module, bits: Sequence[Value], cases: Mapping[Case, int]) -> None:
        self.m, self.bits, self.cases = m, bits, cases
        self.made: dict[frozenset[int], Value] = {}

    def among(self, chosen: Iterable[Case], name: str) -> Value:
        """A bit: the case is among the chosen ones. It is called ``name`` if it was not asked for before."""
        ones = frozenset(self.cases[case] for case in chosen)
        if ones not in self.made:
            condition = sum_of_products(self.bits, ones, frozenset(self.cases.values()) - ones)
            self.made[ones] = condition if isinstance(condition, Const) else named(self.m, condition, name)
        return self.made[ones]


def sum_of_products(bits: Sequence[Value], ones: Iterable[int], zeros: Iterable[int]) -> Value:
    """A bit that is 1 for the codes in ``ones`` and 0 for those in ``zeros``; bit i of a code is ``bits[i]``.

    Of all covers with the fewest products one with the fewest literals, of the condition or of its complement.
    """
    ones, zeros = frozenset(ones), frozenset(zeros)
    if not ones or not zeros:
        return Const(bool(ones), 1)
    direct, inverse = _cover(len(bits), ones, zeros), _cover(len(bits), zeros, ones)
    if _literals(inverse) < _literals(direct):
        return ~_expression(bits, inverse)
    return _expression(bits, direct)


@functools.cache
def _cover(count: int, ones: frozenset[int], zeros: frozenset[int]) -> Sequence[Product]:
    """The products that cover ``ones`` and spare ``zeros``, each a tuple of a required value for each bit or None."""
    #: For each set of ones that a product can cover the one with the fewest literals.
    covering: dict[frozenset[int], Product] = {}
    for literals in sorted(product((None, 0, 1), repeat=count), key=lambda one: _literals([one])):
        codes = {
            code
            for code in range(1 << count)
            if all(value is None or code >> bit & 1 == value for bit, value in enumerate(literals))
        }
        covered = frozenset(codes & ones)
        if covered and not codes & zeros and not any(covered <= other for other in covering):
            covering[covered] = literals
    for size in range(1, len(ones) + 1):
        covers = [
            [covering[covered] for covered in chosen]
            for chosen in combinations(covering, size)
            if ones == frozenset().union(*chosen)
        ]
        if covers:
            return min(covers, key=_literals)
    raise AssertionError("every code is a product of itself")


def _literals(cover: Iterable[Product]) -> int:
    return sum(value is not None for literals in cover for value in literals)


def _expression(bits: Sequence[Value], cover: Iterable[Product]) -> Value:
    products = [
        Cat(bit if value else ~bit for bit, value in zip(bits, literals, strict=True) if value is not None)
        for literals in cover
    ]
    return any_of([factors.all() for factors in products])
