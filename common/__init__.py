"""What every room may use: one line for bad input and for Ctrl-C, progress, folders. It stands on nothing."""
