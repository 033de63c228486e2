"""Named configurations on arrays of another size: what a PE, an edge or a stream computes does not depend on it."""

from dataclasses import replace

from lowtide.hw import find

__all__ = ["sized"]


def sized(name, rows, cols):
    """The named configuration with ``rows`` x ``cols`` PEs, under a name of its own.

    A simulation of 8x8 PEs takes 15 to 30 seconds to compile, one of 2x2 three. The named sizes themselves are
    simulated by tests_long.
    """
    return replace(find(name), name=f"{name}_{rows}x{cols}", rows=rows, cols=cols)
