"""What every experiment shares: rows kept by content, two processes, tables, JSON and plots.

===================================  ================================================================================
`experiments.framework.experiment`   what an experiment is
`experiments.framework.rows`         rows kept by what they are computed from
`experiments.framework.running`      rows computed in parallel, what is missing
`experiments.framework.report`       tables, Markdown and JSON
`experiments.framework.plots`        pictures
===================================  ================================================================================
"""
