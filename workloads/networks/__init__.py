"""Trained networks as graphs of :mod:`lowtide.golden.network.floating`, made once and kept in the cache folder."""
