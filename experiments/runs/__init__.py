"""The experiments, and what they measure."""
