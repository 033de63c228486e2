"""Documents of what is emitted: the mode word, descriptions of configurations, tables of kinds and modes."""
