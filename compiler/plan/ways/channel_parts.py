"""Parts of a stage's output channels: what the memories of weights and parameters hold at a time."""

from collections.abc import Mapping
from math import lcm

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ...layouts.layout import Layout
from ..estimate import weight_words
from ..stage import Stage

__all__ = ["channel_parts", "fits", "part_unit"]


def part_unit(stage: Stage, layouts: Mapping[str, Layout]) -> int:
    """Output channels that parts are multiples of: all of them where a stage has no parts."""
    made = layouts[stage.makes]
    if stage.step is None or (not stage.channelwise and (stage.mode is None or stage.window.groups > 1)):
        return made.channels
    return lcm(made.values, layouts[stage.reads[0]].values) if stage.channelwise else made.values


def channel_parts(stage: Stage, layouts: Mapping[str, Layout], config: AcceleratorConfig) -> list[int]:
    """Channels of parts worth a look: the most that half of the memories of weights and parameters holds, and all where
    the whole ones do."""
    made, source, unit = layouts[stage.makes], layouts[stage.reads[0]], part_unit(stage, layouts)
    if stage.product:
        return []
    if unit == made.channels:
        return [made.channels] if fits(stage, made.channels, source, config, whole=True) else []
    found = [made.channels] if fits(stage, made.channels, source, config, whole=True) else []
    best = 0
    for channels in range(unit, made.channels + unit, unit):
        if not fits(stage, min(channels, made.channels), source, config, whole=False):
            break
        best = min(channels, made.channels)
    if best == 0 and fits(stage, min(unit, made.channels), source, config, whole=True):
        best = min(unit, made.channels)
    if best:  # parts of one size
        parts = -(-made.channels // best)
        best = min(made.channels, -(-made.channels // parts // unit) * unit)
    found += [best] if best and best not in found else []
    if stage.channelwise and unit < made.channels and unit not in found:
        found.append(unit)
    return found


def fits(stage: Stage, channels: int, source: Layout, config: AcceleratorConfig, *, whole: bool) -> bool:
    """Whether weights and parameters of so many output channels fit, into the whole memories or their halves."""
    half = 1 if whole else 2
    return (
        weight_words(stage, channels, source, config) <= config.weight_words // half
        and (1 if stage.mode is None else channels) <= config.parameters // half
    )
