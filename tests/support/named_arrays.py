"""Small arrays: named configurations of another size (what a PE, an edge or a stream computes does not depend on it),
and one of each kind."""

from dataclasses import replace

from lowtide.hw import ArrayConfig, find
from lowtide.hw.config.fields import settings_for
from lowtide.hw.pe import KINDS

__all__ = ["narrow", "sized", "small"]


def sized(name, rows, cols):
    """The named configuration with ``rows`` x ``cols`` PEs, under a name of its own.

    A simulation of 8x8 PEs takes 15 to 30 seconds to compile, one of 2x2 three. The named sizes themselves are
    simulated by tests_long.
    """
    return replace(find(name), name=f"{name}_{rows}x{cols}", rows=rows, cols=cols)


def narrow(kind, rows, cols, *, name):
    """A small array of a kind with operands of four bits, or as few more as the kind allows: quick to build."""
    allowed = {each.name: each.allowed for each in settings_for(kind)}
    widths = {side: min(bits for bits in allowed[side] if bits >= 4) for side in ("x_width", "w_width")}
    return ArrayConfig(**{"name": name, "kind": kind, "rows": rows, "cols": cols} | KINDS[kind].example | widths)


def small(kind, rows, cols, *, name, **fields):
    """A small array of a kind with every part and every number type that it can have."""
    allowed = {each.name: each.allowed for each in settings_for(kind)}
    return ArrayConfig(
        **{
            "name": name,
            "kind": kind,
            "rows": rows,
            "cols": cols,
            "x_types": allowed["x_types"],
            "w_types": allowed["w_types"],
        }
        | KINDS[kind].example
        | fields
    )
