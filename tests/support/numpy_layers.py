"""Layers of integers from their definition in NumPy, pixel by pixel window, for tests of the machine."""

import numpy as np

__all__ = ["convolved", "limited_shift", "pooled"]


def convolved(x, w, size, *, stride=(1, 1), padding=(0, 0), dilation=(1, 1), groups=1, zero=0):
    """Sums of ``(x - zero) w`` of pictures [y, x, c] and weights [u, v, c / groups, n]: int64 [*size, n]."""
    inner, outputs = w.shape[2], w.shape[3] // groups
    found = np.zeros((*size, w.shape[3]), np.int64)
    for y, column in np.ndindex(*size):
        for u, v in np.ndindex(*w.shape[:2]):
            at = (y * stride[0] + u * dilation[0] - padding[0], column * stride[1] + v * dilation[1] - padding[1])
            if not (0 <= at[0] < x.shape[0] and 0 <= at[1] < x.shape[1]):
                continue
            for group in range(groups):
                seen = x[at][group * inner : (group + 1) * inner].astype(np.int64) - zero
                part = slice(group * outputs, (group + 1) * outputs)
                found[y, column, part] += seen @ w[u, v, :, part].astype(np.int64)
    return found


def pooled(x, window, size, *, stride, padding, reduce, fill):
    """``reduce`` (sum or max, a NumPy function with axis) of windows of x [y, x, c], ``fill`` around it."""
    rows, columns = size[0] * stride[0] + window[0], size[1] * stride[1] + window[1]
    wide = np.full((rows + x.shape[0], columns + x.shape[1], x.shape[2]), fill, np.int64)
    wide[padding[0] : padding[0] + x.shape[0], padding[1] : padding[1] + x.shape[1]] = x
    found = np.zeros((*size, x.shape[2]), np.int64)
    for y, column in np.ndindex(*size):
        top, left = y * stride[0], column * stride[1]
        found[y, column] = reduce(wide[top : top + window[0], left : left + window[1]].reshape(-1, x.shape[2]), axis=0)
    return found


def limited_shift(values, multiplier, shift, low, high):
    """``clip(floor(values multiplier / 2^shift + 1/2), low, high)`` by Python's integers."""
    values, multiplier, shift = np.broadcast_arrays(np.asarray(values, object), multiplier, shift)
    rounded = [
        (int(a) * int(m) * 2 + (1 << int(n))) // (2 << int(n))
        for a, m, n in zip(values.ravel(), multiplier.ravel(), shift.ravel(), strict=True)
    ]
    return np.clip(np.array(rounded, object), low, high).astype(np.int64).reshape(values.shape)
