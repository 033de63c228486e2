"""One quantised network as a value, its measured row, and what tables show of it."""
