"""The report: JSON, Markdown, plots and an HTML page of everything.

===============================  ================================================
`lowtide.synth.report.contents`  what is reported, all of it, from prices to rows
`lowtide.synth.report.markdown`  tables to read
`lowtide.synth.report.texts`     what is said of the tables
`lowtide.synth.report.plots`     pictures, SVG and PNG
`lowtide.synth.report.page`      the HTML page
`lowtide.synth.report.write`     files
===============================  ================================================
"""
