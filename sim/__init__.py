"""Lowtide's simulation: builds the generated Verilog with Verilator and drives it, from NumPy or from cocotb."""

from .model import Model, ModelError, Result
from .toolchain import BuildError, ToolMissing

__all__ = ["BuildError", "Model", "ModelError", "Result", "ToolMissing"]
