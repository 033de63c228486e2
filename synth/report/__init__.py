"""The report: JSON, Markdown, plots and an HTML page of everything.

==========================  ============================================================
`synth.report.contents`     what is reported, all of it, from prices to rows
`synth.report.markdown`     tables to read
`synth.report.texts`        what is said of the tables
`synth.report.plots`        pictures, SVG and PNG
`synth.report.page`         the HTML page
`synth.report.write`        files
==========================  ============================================================
"""
