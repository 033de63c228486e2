"""What the arithmetic of a layer reserves per multiplication, in two units.

::

    term pairs    term revealing  k / g * s                 s: data terms, if all are kept the most of that width
                  fixed point     t(weight bits) * s        t: the most terms that an integer can have
    bit pairs     fixed point     bits of weights * bits of data, 64 at 8 bits; term revealing has none

Terms are those of the layer's encoding, in both operands: an integer of n bits has up to t = (n + 1) / 2 signed digits
(HESE), so signed digits alone take about a quarter as many pairs as bits.

Source: Kung, McDanel, Zhang, SC 2020, arXiv 2007.06389, for term pairs. It compares term pairs with bit pairs: its
result files have weight bits times data bits, 5..9 x 8 (convolutions, LSTM) and 2..6 x 6 (perceptron).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lowtide.golden.number_formats import FixedPoint, Format, TermRevealed
from lowtide.golden.terms import max_terms

if TYPE_CHECKING:
    from lowtide.golden.network.quantised.layer import QuantisedLayer

__all__ = ["Reserved", "mean", "reserved"]


@dataclass(frozen=True)
class Reserved:
    """Pairs per multiplication.

    Parameters
    ----------
    term_pairs : float
        Of terms.
    bit_pairs : float or None
        Of bits; None where terms are revealed.
    """

    term_pairs: float
    bit_pairs: float | None


def reserved(weights: Format | None, layer: QuantisedLayer) -> Reserved:
    """What a layer reserves.

    Parameters
    ----------
    weights : Format or None
        Of its weights, `FixedPoint` or `TermRevealed`.
    layer : QuantisedLayer
        With integers for data.

    Raises
    ------
    ValueError
        For another format.
    """
    x_bits, x_signed = layer.x_form
    data = layer.data_terms or max_terms(layer.encoding, x_bits, x_signed)
    if isinstance(weights, TermRevealed):
        return Reserved(weights.budget / weights.group * data, None)
    if not isinstance(weights, FixedPoint):
        raise ValueError(f"weights is {weights!r}, allowed are instances of FixedPoint and TermRevealed")
    bits = None if layer.data_terms else float(weights.bits * x_bits)
    return Reserved(float(max_terms(layer.encoding, weights.bits, weights.signed) * data), bits)


def mean(layers: Sequence[tuple[Reserved, int]]) -> Reserved:
    """The mean of what layers reserve, with the multiplications of each; no bit pairs where a layer has none."""
    work = sum(each for _, each in layers)
    terms = sum(pairs.term_pairs * each for pairs, each in layers) / work
    bits = [(pairs.bit_pairs, each) for pairs, each in layers if pairs.bit_pairs is not None]
    return Reserved(terms, sum(pairs * each for pairs, each in bits) / work if len(bits) == len(layers) else None)
