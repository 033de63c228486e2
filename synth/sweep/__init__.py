"""Sweeps: a design space priced point by point, on the local cores or a Dask cluster, into one SQLite file.

==========================  =============================================================================
`synth.sweep.space`         the file that states a space, the points of it and what is refused
`synth.sweep.choices`       the values and modes that such a file may state
`synth.sweep.work`          one design through one target: a pure function of a small value
`synth.sweep.workers`       who does the work: local processes, or a cluster
`synth.sweep.interruption`  Ctrl-C, which Python may lose
`synth.sweep.rows`          points and their prices as rows of a table
`synth.sweep.results`       the file of results: committed as they come, nothing computed twice
`synth.sweep.front`         rows that no other row beats
`synth.sweep.report`        tables and pictures
==========================  =============================================================================

``python -m synth.sweep sweep.toml`` does it all.
"""
