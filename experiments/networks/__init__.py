"""Trained networks as graphs of :mod:`golden.network.graph`, made once and kept in the cache folder."""
