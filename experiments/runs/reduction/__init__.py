"""Networks with less work: pruned, of low rank, circulant, narrower, with early exits."""
