"""The compiled model: the Verilated engine as a shared library, driven from NumPy arrays.

::

    model = Model(hw.find("term_8x8_g8_l8"))
    result = model.gemm(x, w, mode)      # x [M, K], w [K, N]
    result.y, result.cycles              # [M, N] int64 from the RTL, cycles from its own counter

Operands go in whole and results come out whole; tiling and every clock cycle happen in C++. Operands are always
offered and results always taken, so ``cycles`` is what the hardware needs.
"""

import ctypes
from dataclasses import dataclass

import numpy as np

from hw.config import CHUNK_BITS
from hw.emit import verilog
from hw.engine import Engine
from hw.errors import Reason, meaning
from hw.mode import WORD_BITS
from hw.pe.base import operand_range

from .build import build

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

    y: object
    cycles: int
    clocks: int


class _Product(ctypes.Structure):
    _fields_ = [("mode", ctypes.c_uint64), *((name, ctypes.c_int64) for name in ("m", "n", "k", "values")),
                *((name, ctypes.c_void_p) for name in ("x", "w", "y"))]


class _Statistics(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("cycles", "clocks", "reason")]


class Model:
    """The compiled model of a :class:`hw.config.ArrayConfig`; built once, then taken from the cache.

    verilog_text: other Verilog with the same ports, such as a mutated copy; by default it is generated.
    Raises :class:`sim.build.BuildError` or :class:`sim.toolchain.ToolMissing`.
    """

    def __init__(self, config, *, verilog_text=None):
        self.config = config
        defines = {"ROWS": config.rows, "COLS": config.cols, "CHUNK": config.chunk, "X_WIDTH": config.x_width,
                   "W_WIDTH": config.w_width, "ACC_WIDTH": config.acc_width, "MODE_BITS": WORD_BITS}
        path = build(verilog_text or verilog(Engine(config), title=config.header()), top=config.name, flavour="model",
                     defines=[f"{name}={value}" for name, value in defines.items()])
        self._library = ctypes.CDLL(str(path))
        self._library.lowtide_create.restype = ctypes.c_void_p
        self._library.lowtide_destroy.argtypes = [ctypes.c_void_p]
        self._library.lowtide_run.argtypes = [ctypes.c_void_p, ctypes.POINTER(_Product), ctypes.c_int64,
                                              ctypes.c_uint64, ctypes.POINTER(_Statistics)]
        self._engine = self._library.lowtide_create()

    def __del__(self):
        if getattr(self, "_engine", None):
            self._library.lowtide_destroy(self._engine)
            self._engine = None

    def gemm(self, x, w, mode, *, allow_overflow=False):
        """``x @ w`` in a mode, as the hardware computes it. Returns a :class:`Result`.

        x: integers [M, K]; w: integers [K, N]; any M, N and K of at least 1, any integer dtype that holds the mode's
        range. Raises ``ValueError`` for a wrong dtype, shape or range, for a mode that the configuration refuses, and
        for a K with which the accumulator could overflow, unless ``allow_overflow`` (it wraps).
        """
        result = self.run([(x, w, mode)], allow_overflow=allow_overflow)
        return Result(result.y[0], result.cycles, result.clocks)

    def run(self, products, *, allow_overflow=False):
        """Several products ``(x, w, mode)`` one after the other without a pause, each in a mode of its own.

        Returns a :class:`Result` whose ``y`` is the list of results. Errors as :meth:`gemm`.
        """
        operands = [self._operands(x, w, mode, allow_overflow) for x, w, mode in products]
        if not operands:
            raise ValueError("products is empty, allowed are one or more")
        results = [np.empty((x.shape[0], w.shape[1]), np.int64) for x, w, _ in operands]
        entries = (_Product * len(operands))(*(
            _Product(mode.word(), x.shape[0], w.shape[1], x.shape[1], self.config.values_per_beat(mode),
                     x.ctypes.data, w.ctypes.data, y.ctypes.data)
            for (x, w, mode), y in zip(operands, results, strict=True)))
        statistics = _Statistics()
        patience = 1000 + 10 * (self.config.rows + self.config.cols)
        patience += max(self.config.cycles_per_beat(mode) for _, _, mode in operands)
        status = self._library.lowtide_run(self._engine, entries, len(entries), patience, ctypes.byref(statistics))
        if status == 1:
            reason = Reason(statistics.reason)
            self._restart()
            raise ModelError(f"{self.config.name} raised its error flag: {reason.name}, {meaning(reason)}")
        if status == 2:
            self._restart()
            raise ModelError(f"{self.config.name} made no progress for {patience} of {statistics.clocks} cycles")
        return Result(results, statistics.cycles, statistics.clocks)

    def _restart(self):
        self._library.lowtide_destroy(self._engine)
        self._engine = self._library.lowtide_create()

    def _operands(self, x, w, mode, allow_overflow):
        self.config.check_mode(mode)
        x = _matrix("x", x, mode.x_bits, mode.x_signed)
        w = _matrix("w", w, mode.w_bits, mode.w_signed)
        if x.shape[1] != w.shape[0]:
            raise ValueError(f"w has {w.shape[0]} rows, x has {x.shape[1]} columns: they must be equal")
        k, largest = x.shape[1], self.config.largest_k(mode)
        if k > largest and not allow_overflow:
            raise ValueError(f"K is {k}, allowed are 1 to {largest}: beyond it the {self.config.acc_width}-bit "
                             "accumulator can overflow")
        most = ((1 << CHUNK_BITS) - 1) * self.config.values_per_beat(mode)
        if k > most:
            raise ValueError(f"K is {k}, allowed are 1 to {most}: a job has at most {(1 << CHUNK_BITS) - 1} chunks")
        return x, w, mode


def _matrix(name, values, bits, is_signed):
    """The operand as contiguous int32 [rows, columns], checked against the mode's range."""
    values = np.asarray(values)
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name} has dtype {values.dtype}, allowed are integer dtypes")
    if values.ndim != 2 or 0 in values.shape:
        raise ValueError(f"{name} has shape {values.shape}, allowed are two dimensions, none of them 0")
    least, most = operand_range(bits, is_signed)
    low, high = int(values.min()), int(values.max())
    if low < least or high > most:
        raise ValueError(f"{name} has values {low} to {high}, allowed in this mode are {least} to {most}")
    return np.ascontiguousarray(values, np.int32)
