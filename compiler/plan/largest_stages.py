"""The largest values of a vector as stages: pairs of a value and its place, and a copy of either."""

from lowtide.golden.network.quantised.quantised_graph import QuantisedGraph
from lowtide.golden.network.quantised.steps import Step
from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .own_tensors import OwnTensors
from .stage import Stage

__all__ = ["largest_stages"]


def largest_stages(
    network: QuantisedGraph, config: AcceleratorConfig, step: Step, reads: str, own: OwnTensors
) -> list[Stage]:
    """The stages of a step ``largest`` or ``largest_places`` that reads a tensor; their pairs are added to ``own``."""
    x = network.quantisers[step.inputs[0]]
    assert isinstance(x, FixedPointQuantiser), f"{step.inputs[0]} is not quantised"
    pairs, bits = f"pairs of {step.name}", min(16, config.atom_bits)
    form = FixedPoint(bits, signed=x.format.signed)
    quantiser = FixedPointQuantiser(format=form, scale=x.scale)
    own.add(pairs, (1, 1, 2 * step.node.attributes["k"]), quantiser)
    return [
        Stage(name=pairs, step=step, reads=(reads,), makes=pairs, channelwise=False, serves=step.name),
        Stage(
            name=step.name,
            step=None,
            reads=(pairs,),
            makes=step.name,
            channelwise=False,
            serves=step.name,
            of_pairs=int(step.op == "largest_places"),
        ),
    ]
