"""What may be built behind an array, in variants of a machine: which operations, how wide, for how many rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product

from lowtide.hw.config.accelerator_config import POST, AcceleratorConfig
from lowtide.hw.post.post import Post

from ..targets import Target
from .modules import modules, prices_of

__all__ = ["BUILT", "ROWS", "WIDTHS", "Behind", "behind"]

#: What is built, by what readers call it.
BUILT = {"nothing but requantisation": (), "sums with a second tensor": ("operand",), "everything": POST}
WIDTHS = (16, 8)  #: of the requantisation multiplier, bits
ROWS = (1, 2, 4)  #: that share a requantiser


@dataclass(frozen=True)
class Behind:
    """Post-processing in one variant.

    Parameters
    ----------
    built : str
        Which operations, a key of :data:`BUILT`.
    multiplier_bits, rows_per_requantiser : int
        As of :class:`lowtide.hw.config.accelerator_config.AcceleratorConfig`.
    area : float
        Of all of it, memories aside, in the target's unit.
    """

    built: str
    multiplier_bits: int
    rows_per_requantiser: int
    area: float


def behind(
    config: AcceleratorConfig,
    target: Target,
    *,
    processes: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Behind]:
    """What post-processing takes around the array of a machine, in every variant.

    Raises
    ------
    lowtide.synth.flow.SynthesisError
    """
    found, every = [], list(product(BUILT, WIDTHS, ROWS))
    for done, (built, width, rows) in enumerate(every):
        progress(done, len(every))
        variant = replace(config, post=BUILT[built], multiplier_bits=width, rows_per_requantiser=rows)
        areas = prices_of(modules(Post(variant)), target, processes=processes)
        found.append(Behind(built, width, rows, sum(each.total for each in areas.values())))
    progress(len(every), len(every))
    return found
