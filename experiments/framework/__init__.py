"""What every experiment shares: rows kept by content, two processes, tables, JSON and plots.

==========================================  ==========================================
`lowtide.experiments.framework.experiment`  what an experiment is
`lowtide.experiments.framework.rows`        rows kept by what they are computed from
`lowtide.experiments.framework.running`     rows computed in parallel, what is missing
`lowtide.experiments.framework.report`      tables, Markdown and JSON
`lowtide.experiments.framework.plots`       pictures
==========================================  ==========================================
"""
