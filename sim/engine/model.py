"""The compiled model: the Verilated engine as a shared library, driven from NumPy arrays.

::

    model = Model(lowtide.hw.find("term_8x8_g8_l8"))
    result = model.gemm(x, w, mode)      # x [M, K], w [K, N]
    result.y, result.cycles              # [M, N] int64 from the RTL, cycles from its own counter

Operands go in whole and results come out whole; tiling and every clock cycle happen in C++. Operands are always
offered and results always taken, so ``cycles`` is what the hardware needs.
"""

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lowtide.common.shown import shown
from lowtide.hw.config.array_config import ArrayConfig
from lowtide.hw.config.named import find
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.mode.word import Mode

from .codebooks import Codebooks
from .library import Product, Statistics, engine_library
from .operands import Operands, checked_operands

__all__ = ["Model", "ModelError", "Result"]


class ModelError(RuntimeError):
    """The hardware raised its error flag or stopped making progress."""


@dataclass(frozen=True)
class Result:
    """What the hardware computed.

    Parameters
    ----------
    y : ndarray of int64 [M, N]
        Sign-extended accumulators; of :meth:`Model.run` a list of them.
    cycles : int
        The engine's counter, cycles in which a job was running.
    clocks : int
        Clock cycles from the first operand offered to the last result, filling and draining included.
    """

    y: Any
    cycles: int
    clocks: int


class Model:
    """The compiled model of a configuration; built once, then taken from the cache.

    Parameters
    ----------
    config : ArrayConfig or str
        A configuration, or the name of a named one.
    verilog_text : str, optional
        Other Verilog with the same ports, such as a mutated copy; by default it is generated.
    quick : bool
        Built in a fraction of the time, runs at a third of the speed.
    sources : sequence of paths
        C++ files that the Verilog calls.
    defines : iterable of str
        ``NAME=value`` for them.

    Raises
    ------
    ValueError
        For anything else than a configuration.
    lowtide.sim.verilator.toolchain.BuildError
    lowtide.sim.verilator.toolchain.ToolMissing
    """

    def __init__(
        self,
        config: ArrayConfig | str,
        *,
        verilog_text: str | None = None,
        quick: bool = False,
        sources: Sequence[str | Path] = (),
        defines: Iterable[str] = (),
    ) -> None:
        config = find(config) if isinstance(config, str) else config
        if not isinstance(config, ArrayConfig):
            raise ValueError(f"config is {shown(config)}, allowed are configurations and the names of named ones")
        self.config = config
        self._library = engine_library(config, verilog_text=verilog_text, quick=quick, sources=sources, defines=defines)
        self._engine = self._library.lowtide_create()
        self._codebooks = Codebooks(config)

    def __del__(self) -> None:
        if getattr(self, "_engine", None):
            self._library.lowtide_destroy(self._engine)
            self._engine = None

    def load_codebook(self, integers: ArrayLike, book: int = 0) -> None:
        """Load a codebook: 16 or 256 integers that fit ``w_width`` bits, into book 0 or 1; modes choose one of them.

        They stay loaded, after an error too. Raises ``ValueError`` for another number of integers, a book that there is
        not, or a configuration without.
        """
        self._put(self._codebooks.load(integers, book), book)

    def _put(self, integers: NDArray[np.int32], book: int) -> None:
        if not self._library.lowtide_load(self._engine, book, integers.ctypes.data, len(integers)):
            raise ModelError(f"{self.config.name} did not take codebook {book}")

    def gemm(
        self,
        x: ArrayLike,
        w: ArrayLike,
        mode: Mode,
        *,
        x_exponents: ArrayLike | None = None,
        w_exponents: ArrayLike | None = None,
        allow_overflow: bool = False,
    ) -> Result:
        """``x @ w`` in a mode, as the hardware computes it.

        Parameters
        ----------
        x : array_like of int [M, K]
            Integers, or codes of ``mode.x_format``, of any integer dtype; M, K, N are at least 1.
        w : array_like of int [K, N]
            In a diagonal mode [chunks, N].
        mode : Mode
        x_exponents : array_like of int [M, chunks], optional
            In block floating point.
        w_exponents : array_like of int [chunks, N], optional
        allow_overflow : bool
            Let the accumulator wrap.

        Returns
        -------
        Result

        Raises
        ------
        ValueError
            For a wrong dtype, shape or range, for a mode that the configuration refuses or whose codebook is not
            loaded, and for a K with which the accumulator could overflow, unless ``allow_overflow``.
        """
        result = self.run([(x, w, mode, x_exponents, w_exponents)], allow_overflow=allow_overflow)
        return Result(result.y[0], result.cycles, result.clocks)

    def run(self, products: Iterable[Sequence[Any]], *, allow_overflow: bool = False) -> Result:
        """Several products one after the other without a pause, each in a mode of its own. Errors as :meth:`gemm`.

        Parameters
        ----------
        products : iterable of (x, w, mode)
            In block floating point ``(x, w, mode, x_exponents, w_exponents)``.
        allow_overflow : bool
            Let the accumulator wrap.

        Returns
        -------
        Result
            ``y`` is the list of results.
        """
        products = list(products)
        if not products:
            raise ValueError("products is empty, allowed are one or more")
        operands = [checked_operands(self.config, *product, allow_overflow=allow_overflow) for product in products]
        modes = [product[2] for product in products]
        for mode in modes:
            self._codebooks.check(mode)
        results = [np.empty((each.x.shape[0], each.w.shape[1]), np.int64) for each in operands]
        planes = [self._planes(mode) for mode in modes]
        entries = (Product * len(operands))(*map(self._product, operands, modes, planes, results))
        statistics = Statistics()
        patience = 1000 + 10 * (self.config.rows + self.config.cols)
        patience += max(self.config.cycles_per_beat(mode) for mode in modes)
        status = self._library.lowtide_run(self._engine, entries, len(entries), patience, ctypes.byref(statistics))
        if status == 1:
            reason = Reason(statistics.reason)  # type: ignore[call-arg]  # the member of that code
            self._restart()
            raise ModelError(f"{self.config.name} raised its error flag: {reason.name}, {reason.meaning}")
        if status == 2:
            self._restart()
            raise ModelError(f"{self.config.name} made no progress for {patience} of {statistics.clocks} cycles")
        return Result(results, statistics.cycles, statistics.clocks)

    def _planes(self, mode: Mode) -> NDArray[np.int8]:
        """The planes of x and w that each pass sends, -1 where whole values go: [passes, 2]."""
        passes = self.config.pe.passes(self.config, mode)
        return np.array([[-1 if plane is None else plane for plane in planes] for planes in passes], np.int8)

    def _product(self, operands: Operands, mode: Mode, planes: NDArray[np.int8], y: NDArray[np.int64]) -> Product:
        """A product as the library takes it. It holds addresses of the arrays, and does not keep them alive."""
        return Product(
            mode.word(),
            operands.x.shape[0],
            operands.w.shape[1],
            operands.x.shape[1],
            self.config.values_per_beat(mode),
            self.config.values_of_chunk("w", mode),
            self.config.element_bits("x", mode),
            self.config.element_bits("w", mode),
            len(planes),
            planes.ctypes.data,
            operands.x.ctypes.data,
            operands.w.ctypes.data,
            _address(operands.x_exponents),
            _address(operands.w_exponents),
            y.ctypes.data,
        )

    def _restart(self) -> None:
        self._library.lowtide_destroy(self._engine)
        self._engine = self._library.lowtide_create()
        for book, integers in enumerate(self._codebooks.books):
            if len(integers):
                self._put(integers, book)


def _address(array: NDArray[np.generic] | None) -> int | None:
    return None if array is None else array.ctypes.data
