"""Fixed point whose binary point moves from layer to layer."""
