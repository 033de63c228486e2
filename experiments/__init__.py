"""Real data, trained networks and the experiments on them."""
