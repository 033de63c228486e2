"""The Verilated engine and the C++ that drives it, as a shared library that :mod:`lowtide.sim.engine.model` calls."""

import ctypes
from collections.abc import Iterable, Sequence
from pathlib import Path

from lowtide.hw.array.decoder import table_bits
from lowtide.hw.array.engine import Engine
from lowtide.hw.config.array_config import CHUNK_BITS, TAIL_BITS, ArrayConfig
from lowtide.hw.emit.verilog import verilog
from lowtide.hw.mode.word import WORD_BITS

from ..verilator.build import build

__all__ = ["Product", "Statistics", "engine_library"]

HARNESS = Path(__file__).with_name("harness.cpp")
DEVICE = Path(__file__).with_name("device.h")  #: which the C++ of the player includes as well


class Product(ctypes.Structure):
    """A product that the library computes: shapes, how operands lie in the streams, and where the arrays are."""

    _fields_ = [
        ("mode", ctypes.c_uint64),
        *((name, ctypes.c_int64) for name in ("m", "n", "k", "values", "w_values", "x_bits", "w_bits", "passes")),
        *((name, ctypes.c_void_p) for name in ("planes", "x", "w", "x_exponents", "w_exponents", "y")),
    ]


class Statistics(ctypes.Structure):
    """What the library tells of a run: the engine's counter, clock cycles, and the reason of its error flag."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("cycles", "clocks", "reason")]


def engine_library(
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
        "X_EXPONENT": config.exponent_width("x"),
        "W_EXPONENT": config.exponent_width("w"),
        "CODEBOOK": config.w_width if table_bits(config) else 0,
        "ACC_WIDTH": config.acc_width,
        "MODE_BITS": WORD_BITS,
        "CHUNK_BITS": CHUNK_BITS,
        "TAIL_BITS": TAIL_BITS,
    }
    loaded = ctypes.CDLL(
        str(
            build(
                verilog_text or verilog(Engine(config), title=config.header()),
                top=config.name,
                flavour="quick" if quick else "model",
                sources=[HARNESS, *sources],
                headers=[DEVICE],
                defines=[*(f"{name}={value}" for name, value in values.items()), *defines],
            )
        )
    )
    loaded.lowtide_create.restype = ctypes.c_void_p
    loaded.lowtide_destroy.argtypes = [ctypes.c_void_p]
    loaded.lowtide_run.argtypes = [
        ctypes.c_void_p,
        ctypes.POINTER(Product),
        ctypes.c_int64,
        ctypes.c_uint64,
        ctypes.POINTER(Statistics),
    ]
    loaded.lowtide_load.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p, ctypes.c_int64]
    return loaded
