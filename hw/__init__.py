"""Lowtide's hardware: configurations of systolic arrays and the Verilog that they become.

>>> from lowtide import hw
>>> text = hw.verilog(hw.find("term_8x8_g8_l8"))
"""

from .config import ArrayConfig, from_toml
from .configurations import CONFIGURATIONS, find
from .emit import verilog
from .engine import Engine
from .mode import Mode

__all__ = ["CONFIGURATIONS", "ArrayConfig", "Engine", "Mode", "find", "from_toml", "verilog"]
