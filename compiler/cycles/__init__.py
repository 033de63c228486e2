"""Cycles of records, predicted: what a machine counts, without running one."""

from .exec_cycles import exec_cycles
from .groups import group_sizes
from .latency import post_latency
from .lists import BusTiming, list_cycles
from .record_times import ListTimes, RecordTimes

__all__ = ["BusTiming", "ListTimes", "RecordTimes", "exec_cycles", "group_sizes", "list_cycles", "post_latency"]
