"""Scikit-learn's bundled 8 x 8 digits, split as the demo of the repository splits them; always there.

Source: UCI Optical Recognition of Handwritten Digits.
"""

import numpy as np

from ..digits.network import digits as demo_digits
from .labelled import Split

__all__ = ["LARGEST_PIXEL", "digits"]

LARGEST_PIXEL = 16


def digits() -> Split:
    """The `Split`: 898 pictures to train with, 899 to test with, uint8 [n, 8, 8, 1] from 0 to 16."""
    data = demo_digits()
    train, test = (pixels.astype(np.uint8).reshape(-1, 8, 8, 1) for pixels in (data.train, data.test))
    return Split(train, data.train_labels, test, data.test_labels)
