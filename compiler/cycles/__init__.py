"""Cycles of records, predicted: what a machine counts, without running one."""

from .execution.exec_cycles import exec_cycles
from .execution.groups import group_sizes
from .execution.latency import post_latency
from .list_times import ListTimes
from .lists import BusTiming, list_cycles

__all__ = ["BusTiming", "ListTimes", "exec_cycles", "group_sizes", "list_cycles", "post_latency"]
