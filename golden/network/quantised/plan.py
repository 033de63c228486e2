"""What quantising a network means: formats of weights and activations, scales, requantisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...checks import check_integer
from ...number_formats.format import Format
from ...number_formats.integers.fixed_point import FixedPoint
from ...pe.fields import check_choice
from ...terms import check_encoding
from ..integers.requantisation import MULTIPLIER_BITS, REQUANTISATIONS, check_multiplier_bits

__all__ = ["OUTPUTS", "SCALES", "SIGNS", "SOFTMAXES", "Plan"]

SIGNS = ("by calibration", "as given")
SCALES = ("static", "dynamic")
OUTPUTS = ("accumulators", "quantised")
SOFTMAXES = ("division", "tables")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How a network is quantised. ValueError that names the field for anything that does not exist.

    Flattened and max-pooled tensors keep the format of what they were made of.
    Networks with real tensors, real weights or formats without integers can be evaluated by fake quantisation only.

    Parameters
    ----------
    weights : Format or None
        Of weights; None leaves them real.
    weight_overrides : mapping of str to Format or None
        Of single layers, by name of the conv, linear or batch_norm node after folding.
    per_channel : bool
        A scale per output channel, else one per layer.
    activations : Format or None
        Of activations, with its range choice; None leaves them real.
    activation_overrides : mapping of str to Format or None
        Of single tensors, by name of the tensor or of a node that is fused into it.
    signs : str
        "by calibration": symmetric fixed point is unsigned for tensors without negative calibration values; "as given":
        the format is taken as it is.
    scales : str
        "static": of calibration; "dynamic": each tensor's scale from its own smallest and largest value, over the whole
        batch, as it is computed (fixed point only).
    requantisation : str
        "multiplier and shift", the rule of hardware, "power of two" or "real" (float64), see
        `lowtide.golden.network.integers.requantisation`.
    multiplier_bits : int
        Of the multipliers, 2..30.
    output : str
        "accumulators": a last layer with weights and without activation function stays at its accumulators;
        "quantised": it gets the format of activations.
    data_terms : int
        Terms of every datum that layers with weights multiply, the highest; 0 for all.
    encoding : str
        Of those terms.
    softmax : str
        "division": `lowtide.golden.functions.Softmax`; "tables": `lowtide.golden.functions.TableSoftmax`, where codes
        have 8 bits at most and at most 255 of them are summed.
    """

    weights: Format | None = field(default_factory=FixedPoint)
    weight_overrides: Mapping[str, Format | None] = field(default_factory=dict)
    per_channel: bool = True
    activations: Format | None = field(default_factory=FixedPoint)
    activation_overrides: Mapping[str, Format | None] = field(default_factory=dict)
    signs: str = "by calibration"
    scales: str = "static"
    requantisation: str = REQUANTISATIONS[0]
    multiplier_bits: int = MULTIPLIER_BITS
    output: str = "accumulators"
    data_terms: int = 0
    encoding: str = "hese"
    softmax: str = SOFTMAXES[0]

    def __post_init__(self) -> None:
        check_choice("signs", self.signs, SIGNS)
        check_choice("scales", self.scales, SCALES)
        check_choice("requantisation", self.requantisation, REQUANTISATIONS)
        check_multiplier_bits(self.multiplier_bits)
        check_choice("output", self.output, OUTPUTS)
        check_choice("per_channel", self.per_channel, (True, False))
        check_integer("data_terms", self.data_terms, 0)
        check_encoding(self.encoding)
        check_choice("softmax", self.softmax, SOFTMAXES)
        formats = {"weights": self.weights, "activations": self.activations}
        for name in ("weight_overrides", "activation_overrides"):
            formats |= {f"{name}[{key!r}]": value for key, value in getattr(self, name).items()}
        for name, value in formats.items():
            if value is not None and not isinstance(value, Format):
                raise ValueError(f"{name} is {value!r}, allowed are None and instances of Format")

    def weight_format(self, name: str) -> Format | None:
        """The format of the weights of a layer, or None."""
        return self.weight_overrides.get(name, self.weights)

    def activation_format(self, names: Iterable[str]) -> Format | None:
        """The format of a tensor that goes by any of ``names``, or None."""
        return next(
            (self.activation_overrides[name] for name in names if name in self.activation_overrides), self.activations
        )
