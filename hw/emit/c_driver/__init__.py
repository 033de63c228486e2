"""The driver of machines in C: two files written by hand, and what they take from the sources of the hardware."""
