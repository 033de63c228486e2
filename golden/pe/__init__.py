"""Processing element (PE) kinds, one module each: what a kind multiplies and how long it takes, per mode.

Every module states the same six functions of a mode and an array (`golden.gemm.Mode` and
`golden.gemm.Array`, or any objects with the same attributes):

===================================  =========================================================================
``check(mode, array)``               ValueError unless the kind can run the mode
``values_per_beat(mode, array)``     values of the reduction axis K that one beat consumes
``cycles_per_beat(mode, array)``     cycles that one beat takes
``weights(w, mode)``                 the integers that are effectively multiplied, of w[K, N]
``weight_range(mode)``               (smallest, largest) of those integers, whatever ``w``
``term_pair_bound(mode, array)``     term pairs per multiplication as the term revealing paper counts them
===================================  =========================================================================

The reduction axis is cut into chunks of ``values_per_beat`` values, each takes one beat of
``cycles_per_beat`` cycles. A new kind is one more file here and one more line in KINDS.
"""

from golden.pe import parallel, term

KINDS = {"parallel": parallel, "term": term}
