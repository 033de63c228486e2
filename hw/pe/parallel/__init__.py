"""`parallel`: the conventional fixed-point multiply-accumulate unit, the baseline of every comparison."""
