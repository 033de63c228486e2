"""Cycles of records, predicted: what a machine counts, without running one."""

from .execution.exec_cycles import exec_cycles
from .execution.groups import group_sizes
from .execution.latency import post_latency
from .lists import BusTiming, list_cycles
from .record_times import ListTimes, RecordTimes

__all__ = ["BusTiming", "ListTimes", "RecordTimes", "exec_cycles", "group_sizes", "list_cycles", "post_latency"]
