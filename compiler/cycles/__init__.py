"""Cycles of records, predicted: what a machine counts, without running one."""

from .exec_cycles import exec_cycles
from .groups import group_sizes
from .latency import post_latency

__all__ = ["exec_cycles", "group_sizes", "post_latency"]
