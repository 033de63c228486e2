"""Columns of results: from the array or the vector source, with the parameters of the channel that each is."""
