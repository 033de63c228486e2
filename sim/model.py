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
from lowtide.hw.array.decoder import table_bits
from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import CHUNK_BITS, MOST_CHUNKS, TAIL_BITS, ArrayConfig
from lowtide.hw.config.named import find
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.mode.formats import stored_range
from lowtide.hw.mode.reasons import Reason
from lowtide.hw.mode.word import WORD_BITS, Mode

from .build import build
from .codebooks import Codebooks
from .packing import chunks_of

__all__ = ["Model", "ModelError", "Result"]


class ModelError(RuntimeError):
    """The hardware raised its error flag or stopped making progress."""


@dataclass(frozen=True)
class Result:
    """What the hardware computed.

    y: int64 [M, N] (a list of them from :meth:`Model.run`), sign-extended accumulators.
    cycles: the engine's counter, cycles in which a job was running.
    clocks: clock cycles from the first operand offered to the last result, filling and draining included.
    """

    y: Any
    cycles: int
    clocks: int


class _Product(ctypes.Structure):
    _fields_ = [
        ("mode", ctypes.c_uint64),
        *((name, ctypes.c_int64) for name in ("m", "n", "k", "values", "x_bits", "w_bits", "passes")),
        *((name, ctypes.c_void_p) for name in ("planes", "x", "w", "x_exponents", "w_exponents", "y")),
    ]


class _Statistics(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("cycles", "clocks", "reason")]


def library(
    config: ArrayConfig,
    *,
    verilog_text: str | None = None,
    quick: bool = False,
    sources: Sequence[str | Path] = (),
    defines: Iterable[str] = (),
) -> ctypes.CDLL:
    """The compiled engine of a configuration as a shared library, a :class:`ctypes.CDLL`; see :class:`Model`."""
    values = {
        "ROWS": config.rows,
        "COLS": config.cols,
        "X_PAYLOAD": config.payload_bits("x"),
        "W_PAYLOAD": config.payload_bits("w"),
        "EXPONENT_BITS": config.exponent_bits,
        "CODEBOOK": config.w_width if table_bits(config) else 0,
        "ACC_WIDTH": config.acc_width,
        "MODE_BITS": WORD_BITS,
        "CHUNK_BITS": CHUNK_BITS,
        "TAIL_BITS": TAIL_BITS,
    }
    return ctypes.CDLL(
        str(
            build(
                verilog_text or verilog(Engine(config), title=config.header()),
                top=config.name,
                flavour="quick" if quick else "model",
                sources=sources,
                defines=[*(f"{name}={value}" for name, value in values.items()), *defines],
            )
        )
    )


class Model:
    """The compiled model of a :class:`lowtide.hw.config.array_config.ArrayConfig`, or of a named one by its name; built
    once, then taken from the cache.

    verilog_text: other Verilog with the same ports, such as a mutated copy; by default it is generated.
    quick: built in a fraction of the time, runs at a third of the speed. sources, defines: C++ files that the Verilog
    calls, and ``NAME=value`` for them.
    Raises ``ValueError`` for anything else than a configuration, :class:`lowtide.sim.build.BuildError` or
    :class:`lowtide.sim.toolchain.ToolMissing`.
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
        self._library = library(config, verilog_text=verilog_text, quick=quick, sources=sources, defines=defines)
        self._library.lowtide_create.restype = ctypes.c_void_p
        self._library.lowtide_destroy.argtypes = [ctypes.c_void_p]
        self._library.lowtide_run.argtypes = [
            ctypes.c_void_p,
            ctypes.POINTER(_Product),
            ctypes.c_int64,
            ctypes.c_uint64,
            ctypes.POINTER(_Statistics),
        ]
        self._library.lowtide_load.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int64]
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
        """``x @ w`` in a mode, as the hardware computes it. Returns a :class:`Result`.

        x: integers, or codes of ``mode.x_format``, [M, K]; w: [K, N]; any M, N and K of at least 1, any integer dtype
        that holds the mode's range. x_exponents [M, chunks], w_exponents [chunks, N]: in block floating point.
        Raises ``ValueError`` for a wrong dtype, shape or range, for a mode that the configuration refuses or whose
        codebook is not loaded, and for a K with which the accumulator could overflow, unless ``allow_overflow`` (it
        wraps).
        """
        result = self.run([(x, w, mode, x_exponents, w_exponents)], allow_overflow=allow_overflow)
        return Result(result.y[0], result.cycles, result.clocks)

    def run(self, products: Iterable[Sequence[Any]], *, allow_overflow: bool = False) -> Result:
        """Several products ``(x, w, mode)`` one after the other without a pause, each in a mode of its own; in block
        floating point ``(x, w, mode, x_exponents, w_exponents)``.

        Returns a :class:`Result` whose ``y`` is the list of results. Errors as :meth:`gemm`.
        """
        products = list(products)
        operands = [self._operands(*product, allow_overflow=allow_overflow) for product in products]
        if not operands:
            raise ValueError("products is empty, allowed are one or more")
        results = [np.empty((x.shape[0], w.shape[1]), np.int64) for x, w, *_ in operands]
        modes = [product[2] for product in products]
        planes = [
            np.array(
                [
                    [-1 if plane is None else plane for plane in planes]
                    for planes in self.config.pe.passes(self.config, mode)
                ],
                np.int8,
            )
            for mode in modes
        ]
        entries = (_Product * len(operands))(
            *(
                _Product(
                    mode.word(),
                    x.shape[0],
                    w.shape[1],
                    x.shape[1],
                    self.config.values_per_beat(mode),
                    self.config.element_bits("x", mode),
                    self.config.element_bits("w", mode),
                    len(passes),
                    passes.ctypes.data,
                    x.ctypes.data,
                    w.ctypes.data,
                    *(_address(array) for array in exponents),
                    y.ctypes.data,
                )
                for (x, w, *exponents), y, mode, passes in zip(operands, results, modes, planes, strict=True)
            )
        )
        statistics = _Statistics()
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

    def _restart(self) -> None:
        self._library.lowtide_destroy(self._engine)
        self._engine = self._library.lowtide_create()
        for book, integers in enumerate(self._codebooks.books):
            if len(integers):
                self._put(integers, book)

    def _operands(
        self,
        x: ArrayLike,
        w: ArrayLike,
        mode: Mode,
        x_exponents: ArrayLike | None = None,
        w_exponents: ArrayLike | None = None,
        *,
        allow_overflow: bool,
    ) -> tuple[Any, ...]:
        config = self.config
        config.check_mode(mode)
        self._codebooks.check(mode)
        x = _matrix("x", x, *stored_range(mode, "x"))
        w = _matrix("w", w, *stored_range(mode, "w"))
        for code in mode.storage("w").meaningless:
            if (w == code).any():
                raise ValueError(f"w has the code {code}, which has no meaning in w_format {mode.w_format}")
        if x.shape[1] != w.shape[0]:
            raise ValueError(f"w has {w.shape[0]} rows, x has {x.shape[1]} columns: they must be equal")
        k, most = x.shape[1], config.largest_k_of_job(mode)
        if k > most:
            raise ValueError(f"K is {k}, allowed are 1 to {most}: a job has at most {MOST_CHUNKS} chunks")
        if k > (largest := config.largest_k(mode)) and not allow_overflow:
            raise ValueError(
                f"K is {k}, allowed are 1 to {largest}: beyond it the {config.acc_width}-bit accumulator can overflow"
            )
        chunks = chunks_of(k, config, mode)
        return (
            x,
            w,
            _exponents("x_exponents", x_exponents, (x.shape[0], chunks), config, mode),
            _exponents("w_exponents", w_exponents, (chunks, w.shape[1]), config, mode),
        )


def _address(array: NDArray | None) -> int | None:
    return None if array is None else array.ctypes.data


def _exponents(
    name: str, values: ArrayLike | None, shape: tuple[int, int], config: ArrayConfig, mode: Mode
) -> NDArray[np.uint8] | None:
    """Exponents of block floating point as uint8 of a shape, None in other modes."""
    if (values is None) == mode.block_floating:
        raise ValueError(
            f"{name} {'are missing' if values is None else 'are given'}, they go with the modes of block floating point"
        )
    if values is None:
        return None
    values, most = np.asarray(values), (1 << config.exponent_bits) - 1
    if values.shape != shape or not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} has shape {values.shape}, dtype {values.dtype}, allowed are integers {shape}")
    if values.min() < 0 or values.max() > most:
        raise ValueError(f"{name} has values {values.min()} to {values.max()}, allowed are 0 to {most}")
    return np.ascontiguousarray(values, np.uint8)


def _matrix(name: str, values: ArrayLike, least: int, most: int) -> NDArray[np.int32]:
    """The operand as contiguous int32 [rows, columns], checked against the mode's range."""
    values = np.asarray(values)
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} has dtype {values.dtype}, allowed are integer dtypes")
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"{name} has shape {values.shape}, allowed are two dimensions, none of them 0")
    low, high = int(values.min()), int(values.max())
    if low < least or high > most:
        raise ValueError(f"{name} has values {low} to {high}, allowed in this mode are {least} to {most}")
    return np.ascontiguousarray(values, np.int32)
