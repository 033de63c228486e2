"""The operators that an import knows, each a function that makes nodes of a graph."""
