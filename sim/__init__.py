"""Lowtide's simulation: builds the generated Verilog with Verilator and drives it, from NumPy or from cocotb."""

from .build import BuildError
from .model import Model, ModelError, Result
from .toolchain import ToolMissing

__all__ = ["BuildError", "Model", "ModelError", "Result", "ToolMissing"]
