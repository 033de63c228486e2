"""Post-processing: from the results of an engine to atoms in the feature memory."""
