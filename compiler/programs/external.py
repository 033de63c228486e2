"""Tensors in external memory, and what their codes stand for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.golden.number_formats.integers.fixed_point import FixedPoint, FixedPointQuantiser
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from ..kernels.kernel import check_layout
from ..layouts.layout import Layout
from ..lists.program import ALIGNMENT
from ..plan.packing.packing import Life, Packed, Packer
from ..plan.packing.solved import low_places
from .stated import tuples

__all__ = ["Codes", "External", "Kept", "outside"]


@dataclass(frozen=True, kw_only=True)
class External:
    """A tensor in external memory.

    Parameters
    ----------
    name : str
    address : int
        Of its first byte.
    layout : Layout
        Its first atom is 0.
    atom_bytes : int

    Raises
    ------
    ValueError
        A layout whose values an atom does not hold.
    """

    name: str
    address: int
    layout: Layout
    atom_bytes: int

    def __post_init__(self) -> None:
        check_layout(f"tensor {self.name}", self.layout, self.atom_bytes)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.layout.room * self.atom_bytes

    def put(self, memory: NDArray[np.uint8], codes: ArrayLike) -> None:
        """Write codes [rows, columns, channels] into external memory, uint8 [bytes], in place."""
        self.layout.put(self._atoms(memory), np.asarray(codes).reshape(self.shape))

    def get(self, memory: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The codes [rows, columns, channels] in external memory."""
        return self.layout.get(self._atoms(memory))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Rows, columns, channels."""
        return self.layout.rows, self.layout.columns, self.layout.channels

    def _atoms(self, memory: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return memory[self.address : self.address + self.size].reshape(-1, self.atom_bytes)


@dataclass(frozen=True, kw_only=True)
class Codes:
    """A tensor that software writes or reads.

    Parameters
    ----------
    tensor : External
    shape : tuple of int
        As the network has it.
    scale : float
    zero : int
        A code c stands for ``scale (c - zero)``.
    bits : int
    symmetric : bool
    """

    tensor: External
    shape: tuple[int, ...]
    scale: float
    zero: int
    bits: int
    symmetric: bool

    @classmethod
    def of(cls, tensor: External, shape: tuple[int, ...], quantiser: FixedPointQuantiser) -> Self:
        """A tensor, of a shape, with a quantiser."""
        form = quantiser.format
        return cls(
            tensor=tensor,
            shape=shape,
            scale=float(quantiser.scale),
            zero=int(quantiser.zero_point),
            bits=form.bits,
            symmetric=form.symmetric,
        )

    @classmethod
    def read(cls, stated: Mapping[str, Any]) -> Self:
        """Codes as JSON states them. KeyError and TypeError for what are none."""
        tensor = stated["tensor"]
        names = {field.name for field in fields(Layout)}
        layout = Layout(**{name: value for name, value in tensor["layout"].items() if name in names})
        return cls(**tuples(stated) | {"tensor": External(**tensor | {"layout": layout})})

    @property
    def quantiser(self) -> FixedPointQuantiser:
        """What the codes stand for."""
        form = FixedPoint(self.bits, signed=self.tensor.layout.signed, symmetric=self.symmetric)
        return FixedPointQuantiser(format=form, scale=np.asarray(self.scale, np.float64), zero_point=self.zero)

    def get(self, memory: NDArray[np.uint8]) -> NDArray[np.int64]:
        """The codes in external memory, of the network's shape."""
        return self.tensor.get(memory).reshape(self.shape)

    def put(self, memory: NDArray[np.uint8], codes: ArrayLike) -> None:
        """Write codes of the network's shape into external memory, uint8 [bytes], in place."""
        self.tensor.put(memory, codes)

    def encode(self, values: NDArray[np.floating]) -> NDArray[np.int64]:
        """Codes of real numbers."""
        codes: NDArray[np.int64] = np.clip(
            np.rint(values.astype(np.float64) / self.scale) + self.zero, *self.quantiser.format.integer_range
        ).astype(np.int64)
        return codes

    def decode(self, codes: NDArray[np.integer]) -> NDArray[np.float64]:
        """The real numbers of codes, of the network's shape."""
        return (codes.astype(np.float64) - self.zero).reshape(self.shape) * self.scale


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A tensor that is copied out to be looked at.

    Parameters
    ----------
    codes : Codes
    rows : tuple of int
        Those that the program makes, the others no layer reads.
    """

    codes: Codes
    rows: tuple[int, ...]

    def is_in(self, memory: NDArray[np.uint8], codes: ArrayLike) -> bool:
        """Whether external memory has these codes, of the network's shape, in the rows that are made."""
        tensor, rows = self.codes.tensor, list(self.rows)
        expected = np.asarray(codes).reshape(tensor.shape)
        return np.array_equal(tensor.get(memory)[rows], expected[rows])


def outside(
    lives: Mapping[str, Life],
    layouts: Mapping[str, Layout],
    config: AcceleratorConfig,
    ends: Sequence[str],
    packer: Packer = Packer.FIRST_FIT,
) -> tuple[dict[str, External], Packed]:
    """Places in external memory for tensors of these lives.

    Parameters
    ----------
    lives : mapping of str to Life
        By name.
    layouts : mapping of str to Layout
    config : AcceleratorConfig
    ends : sequence of str
        Those that share their place with none.
    packer : Packer

    Returns
    -------
    dict of str to External
    Packed
        The places, in blocks of :data:`lowtide.compiler.lists.program.ALIGNMENT` bytes.
    """
    width, always = config.atom_bytes, max(life.last for life in lives.values())
    blocks = [
        Life(
            -(-life.size * width // ALIGNMENT),
            0 if name in ends else life.first,
            always if name in ends else life.last,
        )
        for name, life in lives.items()
    ]
    places = low_places(blocks, packer)
    found = {
        name: External(name=name, address=ALIGNMENT * place, layout=layouts[name], atom_bytes=width)
        for name, place in zip(lives, places, strict=True)
    }
    end = max(place + block.size for place, block in zip(places, blocks, strict=True))
    return found, Packed(end, list(zip(places, blocks, strict=True)))
