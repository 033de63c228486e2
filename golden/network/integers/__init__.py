"""What integers do between the layers of a quantised network: sums, new scales, zero points.

================================================  =========================================================
`lowtide.golden.network.integers.accumulators`    sums of 32 bits, checked
`lowtide.golden.network.integers.requantisation`  sums to codes of another scale: one multiplier, one shift
`lowtide.golden.network.integers.integer_tensor`  integers with their scale
================================================  =========================================================
"""
