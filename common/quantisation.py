"""What the operands of a network are rounded to, as a value that the rooms share.

An experiment states the accuracy that a quantisation keeps, a price what the hardware takes for it; the two belong
together where the quantisations are equal. Neither room knows the other's modes or number formats.

>>> Quantisation(w_bits=4).name
'int8x4'
>>> Quantisation(terms=Terms(group=8, budget=12, data_terms=3)).name
'TR g=8 k=12 s=3'
>>> Quantisation(x_bits=2, w_bits=None, w_format="ternary").name
'int2 x ternary'
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Blocks", "Groups", "LaneRule", "Quantisation", "Terms"]

_USUAL = 8  # bits of an operand that a name leaves out beside terms and formats


@dataclass(frozen=True)
class LaneRule:
    """What the lanes of a PE see of a group of terms.

    Parameters
    ----------
    lanes : int
        Terms that are taken each cycle.
    dedicated : bool
        Whether each value of the group has a lane of its own.
    window : int
        Values that each of the other lanes sees.
    """

    lanes: int
    dedicated: bool
    window: int

    @property
    def name(self) -> str:
        return f"l={self.lanes}" + " dedicated" * self.dedicated + f" w={self.window}"


@dataclass(frozen=True)
class Terms:
    """Term revealing.

    Parameters
    ----------
    group : int
        Weights that share a budget.
    budget : int or None
        Terms that are kept of a group, the largest; None keeps them all.
    data_terms : int
        Terms that are kept of each datum, 0 keeps them all.
    encoding : str
        Of the terms: "hese", "binary" or "booth".
    rule : LaneRule or None
        None where a lane takes any term of the group.
    """

    group: int = 1
    budget: int | None = None
    data_terms: int = 0
    encoding: str = "hese"
    rule: LaneRule | None = None

    @property
    def name(self) -> str:
        parts = ["TR"]
        parts += [] if self.budget is None else [f"g={self.group} k={self.budget}"]
        parts += [f"s={self.data_terms}"] if self.data_terms else []
        parts += [] if self.encoding == "hese" else [self.encoding]
        return " ".join(parts + ([] if self.rule is None else [self.rule.name]))


@dataclass(frozen=True)
class Blocks:
    """Block floating point.

    Parameters
    ----------
    size : int
        Values of a block along the reduction axis.
    exponent_bits : int
        Bits of the distance of a block's exponent below the largest.
    """

    size: int
    exponent_bits: int

    @property
    def name(self) -> str:
        return f"block floating b={self.size} e={self.exponent_bits}"


@dataclass(frozen=True)
class Groups:
    """Weights in groups that share an exponent: those of a group count ``2^e`` times.

    Parameters
    ----------
    size : int
        Weights of a group along the reduction axis.
    exponent_bits : int
        Bits of e.
    """

    size: int
    exponent_bits: int

    @property
    def name(self) -> str:
        return f"2^e g={self.size} e={self.exponent_bits}"


@dataclass(frozen=True, kw_only=True)
class Quantisation:
    """What data (x) and weights (w) are rounded to. One ``name``, for tables, files and the command line.

    Parameters
    ----------
    x_bits, w_bits : int or None
        Bits of the integers that are multiplied; None where the storage format has integers of its own.
    x_format, w_format : str or None
        Name of a storage format; None are plain integers.
    terms : Terms or None
        None keeps every term.
    blocks : Blocks or None
        None where all values of an operand have one exponent.
    groups : Groups or None
        None where weights have no exponents of groups.
    x_signed, w_signed : bool or None
        Whether operands are signed, None where a layer decides. Not compared: the values of a layer are what they are,
        and quantisations that differ in nothing else keep the same accuracy.
    """

    x_bits: int | None = _USUAL
    w_bits: int | None = _USUAL
    x_format: str | None = None
    w_format: str | None = None
    terms: Terms | None = None
    blocks: Blocks | None = None
    groups: Groups | None = None
    x_signed: bool | None = field(default=None, compare=False)
    w_signed: bool | None = field(default=None, compare=False)

    @property
    def name(self) -> str:
        """A short name, the same wherever this quantisation is spoken of; equal names are equal quantisations."""
        others = [each.name for each in (self.terms, self.blocks, self.groups) if each is not None]
        usual = self.is_usual_integer and self.groups is None
        return " ".join(others if others and usual else [self._operands, *others])

    @property
    def is_integer(self) -> bool:
        """Whether operands are plain integers that keep every bit."""
        return all(each is None for each in (self.x_format, self.w_format, self.terms, self.blocks, self.groups))

    @property
    def is_usual_integer(self) -> bool:
        """Whether both operands are stored as 8-bit integers."""
        return (self.x_format, self.w_format, self.x_bits, self.w_bits) == (None, None, _USUAL, _USUAL)

    @property
    def _operands(self) -> str:
        x, w = (
            format if format is None or bits in (None, _USUAL) else f"{format} of {bits} bits"
            for format, bits in ((self.x_format, self.x_bits), (self.w_format, self.w_bits))
        )
        if x is None and w is None:
            return f"int{self.x_bits}" if self.x_bits == self.w_bits else f"int{self.x_bits}x{self.w_bits}"
        if w is not None and x is None and self.x_bits == _USUAL:
            return w
        return f"{x or f'int{self.x_bits}'} x {w or f'int{self.w_bits}'}"

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them."""
        return asdict(self)

    @classmethod
    def of_dict(cls, stated: Mapping[str, Any]) -> "Quantisation":
        """The quantisation of :meth:`as_dict`. Raises ``TypeError`` or ``KeyError`` for anything else."""
        terms, blocks, groups = stated["terms"], stated["blocks"], stated["groups"]
        if terms is not None:
            rule = terms["rule"]
            terms = Terms(**{**terms, "rule": None if rule is None else LaneRule(**rule)})
        shared = {
            "blocks": None if blocks is None else Blocks(**blocks),
            "groups": None if groups is None else Groups(**groups),
        }
        return cls(**{**stated, "terms": terms, **shared})
