"""The compiled machine: a whole accelerator, and external memory and a host in C++."""

from .model import MachineModel
from .run import Entry, MachineRun

__all__ = ["Entry", "MachineModel", "MachineRun"]
