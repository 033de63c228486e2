"""The area of one PE of a configuration, in gate equivalents (GE): synthesised by the flow of ``make synth``, and kept.

Every recipe, the smaller one counts; the structure of sums is that of the array which runs.
"""

from lowtide.hw import ArrayConfig
from lowtide.synth.designs.design import pe_design
from lowtide.synth.flow import SynthesisError
from lowtide.synth.prices.collect import collect
from lowtide.synth.targets import GateLibrary

__all__ = ["pe_area"]


def pe_area(config: ArrayConfig) -> float:
    """Area of one PE of a :class:`lowtide.hw.config.array_config.ArrayConfig`, a float in GE. SynthesisError where the
    tool fails."""
    target = GateLibrary()
    price = collect([pe_design(config)], [target]).pe_as_it_is(config, target)
    if price.failed or price.area is None:
        raise SynthesisError(price.failed or f"{config.name} has no area")
    return price.area
