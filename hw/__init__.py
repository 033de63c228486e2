"""Lowtide's hardware: configurations of systolic arrays and the Verilog that they become.

>>> from lowtide import hw
>>> text = hw.verilog(hw.find("term_8x8_g8_l8"))
"""

from .array.engine import Engine
from .config.array_config import ArrayConfig
from .config.named import CONFIGURATIONS, find
from .config.toml_file import from_toml
from .emit.verilog import verilog
from .mode.word import Mode

__all__ = ["CONFIGURATIONS", "ArrayConfig", "Engine", "Mode", "find", "from_toml", "verilog"]
