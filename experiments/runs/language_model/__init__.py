"""The language model: its score, and its integers."""
