"""Trained networks as graphs of :mod:`lowtide.golden.network.graph`, made once and kept in the cache folder."""
