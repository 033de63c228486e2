"""Storage formats of weights: codes in memory, the integers that they stand for, and encoders of real weights."""
