"""The machine: array, memories, post-processing and control put together."""
