"""Processing element (PE) kinds, one module each: what a kind multiplies and how long it takes, per mode.

Every module states the same six functions of a mode and an array (`lowtide.golden.mode.Mode` and
`lowtide.golden.mode.Array`, or any objects with the same attributes):

===================================  =========================================================================
``check(mode, array)``               ValueError unless the kind can run the mode
``values_per_beat(mode, array)``     values of the reduction axis K that one beat consumes
``cycles_per_beat(mode, array)``     cycles that one beat takes
``weights(w, mode, array)``          the integers that are effectively multiplied, of w[K, N], decoded
``weight_range(mode, array)``        (smallest, largest) of those integers, whatever ``w``
``term_pair_bound(mode, array)``     term pairs per multiplication as the term revealing paper counts them
===================================  =========================================================================

two constants:

===================================  =========================================================================
``X_FORMATS``, ``W_FORMATS``         storage formats of either operand that the kind can have
===================================  =========================================================================

and, where the exact product limited by the accumulator is not the whole story:

===================================  =========================================================================
``multiply(x, w, mode, array)``      x[M, K] @ w[K, N] as the kind computes it, int64 modulo 2^64
``largest_k(mode, array)``           another limit of the reduction length, or None
===================================  =========================================================================

The reduction axis is cut into chunks of ``values_per_beat`` values, each takes one beat of
``cycles_per_beat`` cycles. A new kind is one more file here and one more line in KINDS.
"""

from . import bit_plane, bit_serial, fused, parallel, subword, term, term_pair

KINDS = {
    "parallel": parallel,
    "term": term,
    "term_pair": term_pair,
    "bit_serial": bit_serial,
    "bit_plane": bit_plane,
    "fused": fused,
    "subword": subword,
}
