"""What is to be placed: stages in order, with the layouts of their tensors, on a machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..layouts.layout import Layout
from .packing.packing import Life, Packer
from .stage import Stage

__all__ = ["Problem"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Stages to be placed.

    Parameters
    ----------
    stages : list of Stage
    layouts : mapping of str to Layout
        Of all tensors.
    source, result : str
        The tensors that come from outside and go there.
    config : AcceleratorConfig
    packer : Packer
        Of the feature memory.
    """

    stages: list[Stage]
    layouts: Mapping[str, Layout]
    source: str
    result: str
    config: AcceleratorConfig
    packer: Packer = Packer.FIRST_FIT

    @cached_property
    def stays(self) -> tuple[str, ...]:
        """Tensors that may stay in the feature memory: those that the host neither reads nor makes."""
        hosted = {tensor for stage in self.stages if stage.host for tensor in (stage.makes, *stage.reads)}
        return tuple(tensor for tensor in self.lives if tensor not in hosted)

    @cached_property
    def lives(self) -> dict[str, Life]:
        """From which stage to which each tensor lives, and its atoms; the source and constants from the first stage,
        the result to the last one."""
        first, last = {self.source: 0}, {self.result: len(self.stages) - 1}
        for place, stage in enumerate(self.stages):
            first.setdefault(stage.makes, place)
            for tensor in stage.reads:
                first.setdefault(tensor, 0)  # a constant
                last[tensor] = max(last.get(tensor, 0), place)
        return {
            tensor: Life(self.layouts[tensor].room, begin, max(begin, last.get(tensor, begin)))
            for tensor, begin in first.items()
        }
