"""What an array is built as: its configuration, and the named ones."""
