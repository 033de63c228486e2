"""Published units, as they were measured with this flow; their code is not part of this project.

At commit 41ffddb, targets ``ge`` and ``xc7``, both recipes, the smaller one, full adders extracted and enables as clock
gates, as everything here. Accumulators are theirs: 32 bits, but 24 of BitSim's units and 20 of Gemmini's PE. BitSim's
multiply signed data only; asynchronous resets of Bit Fusion were made synchronous.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lowtide.common.quantisation import Quantisation

__all__ = ["COMMIT", "UNITS", "Published"]

COMMIT = "41ffddb"  #: where they were measured
_WEIGHTS = tuple(Quantisation(w_bits=bits) for bits in (8, 4, 2))  #: 8-bit data
_BOTH = tuple(Quantisation(x_bits=bits, w_bits=bits) for bits in (8, 4, 2))


@dataclass(frozen=True)
class Published:
    """A unit of others.

    Parameters
    ----------
    name, source : str
        What tables call it, and whose code was measured.
    areas : mapping of str to float
        By target.
    rates : mapping of Quantisation to float
        Multiplications that it guarantees to complete each cycle.
    """

    name: str
    source: str
    areas: Mapping[str, float]
    rates: Mapping[Quantisation, float]


def _unit(
    name: str, source: str, gates: float, luts: float, modes: tuple[Quantisation, ...], *rates: float
) -> Published:
    return Published(name, source, {"ge": gates, "xc7": luts}, dict(zip(modes, rates, strict=False)))


UNITS = (
    _unit("Stripes", "BitSim", 2713, 261, _WEIGHTS, 2, 4, 8),
    _unit("BitWave", "BitSim", 3173, 363, _WEIGHTS, 2.29, 5.33, 16),
    _unit("Pragmatic", "BitSim", 4471, 681, _WEIGHTS, 2.29, 5.33, 16),
    _unit("BitVert", "BitSim", 3189, 320, _WEIGHTS, 2, 4, 8),
    _unit("Bit Fusion", "its authors", 2376, 339, _BOTH, 1, 4, 16),
    _unit("Camus, conventional", "precision-scalable MAC benchmark", 1038, 139, _BOTH, 1),
    _unit("Camus, ST 8-4-2", "precision-scalable MAC benchmark", 1402, 247, _BOTH, 1, 2, 4),
    _unit("Camus, Bit Fusion 8-4-2", "precision-scalable MAC benchmark", 3439, 632, _BOTH, 1, 4, 16),
    _unit("Gemmini", "its authors", 915, 134, _BOTH, 1),
    _unit("NVDLA, nv_small", "its authors", 5580, 1035, _BOTH, 8),
    _unit("pMAC", "the term revealing authors", 840, 118, _BOTH, 1),
)
