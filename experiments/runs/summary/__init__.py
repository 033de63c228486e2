"""The summary table of the ISCA tutorial, measured."""
