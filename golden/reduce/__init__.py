"""Less of a network: fewer weights, fewer channels, smaller ranks, structure, and work that depends on the input.

Each takes a `lowtide.golden.network.Graph` or a matrix and returns one; what it saves is counted exactly.

==================================  ===================================================================
`lowtide.golden.reduce.pruning`     weights of least magnitude: one shot, N:M, whole filters; schedules
`lowtide.golden.reduce.removal`     channels taken out of a network consistently
`lowtide.golden.reduce.channels`    channels removed for what calibration data show of them
`lowtide.golden.reduce.low_rank`    a layer as two, by singular value decomposition
`lowtide.golden.reduce.circulant`   block-circulant matrices
`lowtide.golden.reduce.hybrid`      pruned weights in a number format, and their sizes
`lowtide.golden.reduce.huffman`     Huffman codes and entropy
`lowtide.golden.reduce.early_exit`  a classifier at an inner tensor, accuracy against multiplications
`lowtide.golden.reduce.zero_skip`   multiplications that skipping zeros saves
`lowtide.golden.reduce.counts`      multiplications and weights of every layer
==================================  ===================================================================
"""

from .channels import channel_activity, remove_dead_channels, remove_quiet_channels
from .circulant import BlockCirculant, circulant_layers, project_circulant
from .counts import LayerCount, count_layers, total_count
from .early_exit import EarlyExit, ExitPoint, exit_curve
from .huffman import coded_bits, entropy_bits, huffman_lengths
from .hybrid import CompressedSize, PrunedWeights, compressed_size, quantise_pruned
from .low_rank import energy_ranks, factorise, low_rank, multiplication_ranks
from .pruning import apply_masks, cubic_share, magnitude_mask, magnitude_masks, remove_filters, structured_mask
from .removal import channel_groups, remove_channels
from .zero_skip import ZeroSkip, total_skip, zero_skip

__all__ = [
    "BlockCirculant",
    "CompressedSize",
    "EarlyExit",
    "ExitPoint",
    "LayerCount",
    "PrunedWeights",
    "ZeroSkip",
    "apply_masks",
    "channel_activity",
    "channel_groups",
    "circulant_layers",
    "coded_bits",
    "compressed_size",
    "count_layers",
    "cubic_share",
    "energy_ranks",
    "entropy_bits",
    "exit_curve",
    "factorise",
    "huffman_lengths",
    "low_rank",
    "magnitude_mask",
    "magnitude_masks",
    "multiplication_ranks",
    "project_circulant",
    "quantise_pruned",
    "remove_channels",
    "remove_dead_channels",
    "remove_filters",
    "remove_quiet_channels",
    "structured_mask",
    "total_count",
    "total_skip",
    "zero_skip",
]
