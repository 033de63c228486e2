"""What a quantised network costs: `bookkeeping` counts work and bytes, `roofline` sets them against an array."""
