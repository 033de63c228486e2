"""Loaders of real data: each fetches a pinned package once and gives arrays. ``lowtide data``."""
