"""What a quantised model states: codes, grids and where it rounds."""
