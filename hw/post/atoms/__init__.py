"""Atoms: values are packed into them and written; those of a second tensor are read."""
