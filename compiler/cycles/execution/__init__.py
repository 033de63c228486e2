"""Cycles of EXEC records: the times of beats, jobs and groups, from pixels to atoms that are written."""
