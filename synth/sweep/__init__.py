"""Sweeps: a design space priced point by point, on the local cores or a Dask cluster, into one SQLite file.

==================================  ===================================================================
`lowtide.synth.sweep.space`         the file that states a space, the points of it and what is refused
`lowtide.synth.sweep.choices`       the values and modes that such a file may state
`lowtide.synth.sweep.work`          one design through one target: a pure function of a small value
`lowtide.synth.sweep.workers`       who does the work: local processes, or a cluster
`lowtide.synth.sweep.interruption`  Ctrl-C, which Python may lose
`lowtide.synth.sweep.rows`          points and their prices as rows of a table
`lowtide.synth.sweep.results`       the file of results: committed as they come, nothing computed twice
`lowtide.synth.sweep.front`         rows that no other row beats
`lowtide.synth.sweep.report`        tables and pictures
==================================  ===================================================================

``lowtide sweep sweep.toml`` does it all.
"""
