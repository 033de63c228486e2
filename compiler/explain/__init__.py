"""Where the cycles of a program go: layer by layer, as a table and as one page with pictures.

=======================================  ==================================================================
`lowtide.compiler.explain.layer_times`   cycles, share of peak, bytes and bound of each layer
`lowtide.compiler.explain.busy`          when engines are busy, and what a record takes at least
`lowtide.compiler.explain.held`          what local memories hold, from when to when
`lowtide.compiler.explain.charts`        engines and memories on a line of time, as Vega-Lite
`lowtide.compiler.explain.page`          the page, which needs nothing beside it
`lowtide.compiler.explain.explanation`   all of it from a list of records, as files
=======================================  ==================================================================
"""

from .explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
