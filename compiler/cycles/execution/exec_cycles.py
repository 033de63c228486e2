"""Cycles of an EXEC record by itself: from the cycle of its begin to the one in which it has ended."""

from lowtide.common.records.execute import Exec
from lowtide.hw.config.accelerator_config import AcceleratorConfig

from .execution import Execution

__all__ = ["exec_cycles"]


def exec_cycles(record: Exec, config: AcceleratorConfig) -> int:
    """The cycles of a record, while the feature memory serves nobody else.

    Parameters
    ----------
    record : Exec
        One that the machine accepts.
    config : AcceleratorConfig
    """
    return Execution(record, config).run()
