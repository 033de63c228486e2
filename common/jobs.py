"""How much runs at a time: one rule for whatever works in parallel, tests included."""

import os

__all__ = ["VARIABLE", "default_jobs"]

VARIABLE = "LOWTIDE_JOBS"  #: environment variable; ``make JOBS=n`` sets it


def default_jobs() -> int:
    """Number of processes or threads that run at a time: ``LOWTIDE_JOBS``, else the processor cores of this process.

    Raises
    ------
    ValueError
        If the variable is not an integer of at least 1.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        jobs = int(text)
    except ValueError:
        jobs = 0
    if jobs < 1:
        raise ValueError(f"{VARIABLE} is {text!r}, allowed are 1 and more")
    return jobs
