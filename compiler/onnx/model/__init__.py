"""What a file holds: a model, read and checked, and its constants."""
