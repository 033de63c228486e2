"""Which PEs have a curve of area over the clock period without being asked for, and those of them that are kept."""

from ..prices.goals import BASELINES
from .curve import Contender, Curve, kept_curves
from .timed_library import timed_library

__all__ = ["COMPARED", "CONVENTIONAL", "measured_curves"]

#: The conventional PEs, and what is compared with them or beside them without names.
CONVENTIONAL = tuple(Contender(label, configs) for label, configs in BASELINES.items())
COMPARED = (
    *(
        Contender(name, (name,), "B8")
        for name in ("digit_8x8_l8", "digit_8x8_l8_narrow", "term_8x8_g8_l8", "term_8x8_g8_d8_s2")
    ),
    *(Contender(name, (name,), "B1") for name in ("fused_8x8", "subword_8x8")),
    *(Contender(name, (name,)) for name in ("bit_serial_8x8_l16_booth", "term_pair_8x8_g8")),
)


def measured_curves() -> list[Curve]:
    """The curves that ``lowtide delay`` made before of gates with delays: the report shows them and measures nothing,
    since mapping takes minutes."""
    return kept_curves([*CONVENTIONAL, *COMPARED], timed_library())
