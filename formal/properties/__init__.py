"""Properties of emitted engines that hold in every cycle, whatever comes over their streams, proved by induction."""

from lowtide.hw import ArrayConfig, Engine, verilog

from .control import control_properties
from .decoders import decoder_properties
from .masks import mask_properties
from .packers import packer_properties
from .passes import pass_properties
from .property import Property
from .sequencer import sequencer_properties
from .skews import skew_properties
from .streams import stream_properties

__all__ = ["Property", "engine_properties"]


def engine_properties(config: ArrayConfig, text: str | None = None) -> list[Property]:
    """Every property of a configuration's units. text: its Verilog, where it is at hand."""
    text = verilog(Engine(config)) if text is None else text
    return (
        stream_properties(config)
        + sequencer_properties(config, text)
        + control_properties(config, text)
        + mask_properties(config, text)
        + decoder_properties(config)
        + packer_properties(config, text)
        + skew_properties(config, text)
        + pass_properties(config, text)
    )
