"""Weights of few bits with an exponent for each group."""
