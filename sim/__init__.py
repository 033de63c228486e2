"""Lowtide's simulation: builds the generated Verilog with Verilator and drives it, from NumPy or from cocotb."""

from .engine.model import Model, ModelError, Result
from .verilator.toolchain import BuildError, ToolMissing

__all__ = ["BuildError", "Model", "ModelError", "Result", "ToolMissing"]
