"""Runs the test images through an array, layer by layer, and compares every accumulator with the golden model.

A layer is one matrix product of all images: ``X[images, inputs] @ W[inputs, outputs]``. The next layer's data are made
from the accumulators of the array, never from those of the golden model.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lowtide import golden
from lowtide.common.quantisation import Quantisation
from lowtide.hw import ArrayConfig, Mode
from lowtide.workloads.digits.network import Network, accuracy
from lowtide.workloads.digits.quantised import IntegerNetwork
from lowtide.workloads.digits.weights import ArrayWeights

from .families import Family, Setting

__all__ = ["AnyArray", "Product", "Row", "float_row", "mode_row"]


class Product(Protocol):
    """What an array says of a matrix product."""

    @property
    def y(self) -> NDArray[np.int64]: ...

    @property
    def cycles(self) -> int: ...


class AnyArray(Protocol):
    """An array, compiled or golden: a `lowtide.sim.Model` or a `lowtide.workloads.digits.golden_array.GoldenArray`."""

    @property
    def config(self) -> ArrayConfig: ...

    def load_codebook(self, integers: NDArray[np.int32], /) -> None: ...

    def gemm(
        self, x: NDArray[np.integer], w: NDArray[np.integer], mode: Mode, *, w_exponents: NDArray[np.int32] | None
    ) -> Product: ...


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was measured in one mode; None where a column means nothing for it.

    Parameters
    ----------
    quantisation : Quantisation or None
        Of the `families.Setting`, None for the float network.
    family : str
        Name of its `families.Family`.
    accuracy : float
        0 to 1.
    configuration, kind, lanes, group, budget, data_terms, w_format
        Those of array and mode.
    x_bits, w_bits : int
        Widths that data and weights were rounded to.
    cycles_per_inference : float
        Of all layers.
    pairs_per_mac : float
        Term pairs that a multiplication reserves, as the term revealing paper counts: 64 for a conventional 8-bit
        multiplier.
    measured_pairs_per_mac : float
        Pairs of terms that are not zero, counted on the operands.
    multiplications_per_cycle_per_pe : float
        While the array is busy.
    pe_area : float
        Of one PE, in gate equivalents.
    area_time : float
        ``pe_area`` by the cycles that a PE takes for a multiplication.
    bit_exact : bool
        Whether every accumulator of every layer, and the cycles, equal those of the golden model.
    """

    quantisation: Quantisation | None
    family: str
    accuracy: float
    configuration: str | None = None
    kind: str | None = None
    lanes: int | None = None
    group: int | None = None
    budget: int | None = None
    data_terms: int | None = None
    w_format: str | None = None
    x_bits: int | None = None
    w_bits: int | None = None
    cycles_per_inference: float | None = None
    pairs_per_mac: float | None = None
    measured_pairs_per_mac: float | None = None
    multiplications_per_cycle_per_pe: float | None = None
    pe_area: float | None = None
    area_time: float | None = None
    bit_exact: bool | None = None

    @property
    def mode(self) -> str:
        """The name of the quantisation."""
        return "float" if self.quantisation is None else self.quantisation.name

    def as_dict(self) -> dict[str, Any]:
        """All fields, as JSON can hold them, and the name of the mode."""
        return {"mode": self.mode} | asdict(self)


@dataclass
class _Counted:
    """A matrix product on an array that counts what passes through it."""

    array: AnyArray
    mode: Mode
    on_layer: Callable[[], None]
    cycles: int = 0
    multiplications: int = 0
    pairs: int = 0
    bound: float = 0.0
    differing: list[int] = field(default_factory=list)  # layers that differ from golden, counted from 0
    layers: int = 0

    def __call__(self, x: NDArray[np.integer], weight: ArrayWeights) -> NDArray[np.int64]:
        if weight.table is not None:
            self.array.load_codebook(weight.table)
        found = self.array.gemm(x, weight.codes, self.mode, w_exponents=weight.exponents)
        expected = golden.gemm(
            x, weight.codes, self.mode, self.array.config, codebook=weight.table, w_exponents=weight.exponents
        )
        if not (np.array_equal(found.y, expected.y) and found.cycles == expected.cycles):
            self.differing.append(self.layers)
        self.layers += 1
        self.cycles += found.cycles
        self.multiplications += expected.multiplications
        self.pairs += expected.term_pairs
        self.bound += expected.term_pair_bound
        self.on_layer()
        return found.y


def float_row(network: Network, pixels: NDArray[np.int64], labels: NDArray[np.int64]) -> Row:
    """The `Row` of the network as it was trained."""
    return Row(quantisation=None, family="float", accuracy=accuracy(network.scores(pixels), labels))


def mode_row(
    family: Family,
    setting: Setting,
    network: IntegerNetwork,
    array: AnyArray,
    area: float,
    pixels: NDArray[np.int64],
    labels: NDArray[np.int64],
    *,
    on_layer: Callable[[], None] = lambda: None,
) -> Row:
    """The row of a setting, measured.

    Parameters
    ----------
    family, setting : Family, Setting
        Which.
    network : IntegerNetwork
        At the setting's precision.
    array : AnyArray
        Of the setting's configuration.
    area : float
        Of its PE, in GE.
    pixels : ndarray of int64 [images, 64]
        0 to 16.
    labels : ndarray of int64 [images]
        Classes.
    on_layer
        Called after each layer.
    """
    mode, config = setting.mode, array.config
    product = _Counted(array, mode, on_layer)
    share = accuracy(network.scores(pixels, product), labels)
    rate = config.macs_per_cycle(mode)
    return Row(
        quantisation=setting.quantisation,
        family=family.name,
        accuracy=share,
        configuration=config.name,
        kind=config.kind,
        lanes=config.lanes,
        group=mode.group,
        budget=mode.budget,
        data_terms=mode.data_terms,
        w_format=mode.w_format,
        x_bits=setting.precision.x_bits,
        w_bits=setting.precision.w_bits,
        cycles_per_inference=product.cycles / len(pixels),
        pairs_per_mac=product.bound / product.multiplications,
        measured_pairs_per_mac=product.pairs / product.multiplications,
        multiplications_per_cycle_per_pe=rate,
        pe_area=area,
        area_time=area / rate,
        bit_exact=not product.differing,
    )
