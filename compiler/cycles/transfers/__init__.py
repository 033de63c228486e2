"""Cycles of LOAD and STORE: runs of copies, the engines that move them, and the bus that they share."""
