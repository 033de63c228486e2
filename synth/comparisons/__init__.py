"""What prices say side by side: modes, tiles, parts, sizes, and what is worth having."""
