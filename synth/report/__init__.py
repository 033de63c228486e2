"""The report: JSON, Markdown, pictures and an HTML page of everything.

====================================  ====================================================================
`lowtide.synth.report.wanted`         what is priced
`lowtide.synth.report.contents`       what is reported, all of it, from prices to rows
`lowtide.synth.report.needs`          the answer: which PE for which need
`lowtide.synth.report.document`       what a report is made of: sections, tables, columns, pictures
`lowtide.synth.report.columns`        what each column means
`lowtide.synth.report.sections`       the report as such a document: the answer first
`lowtide.synth.report.answers`        its first section
`lowtide.synth.report.matched_tables`  tables of what there is at an accuracy
`lowtide.synth.report.mode_tables`    tables of modes
`lowtide.synth.report.pe_tables`      tables of PEs and engines
`lowtide.synth.report.texts`          what is said of tables and pictures
`lowtide.synth.report.pictures`       plots, SVG and PNG
`lowtide.synth.report.diagrams`       block diagrams of the kinds of PE
`lowtide.synth.report.markdown`       the document as Markdown
`lowtide.synth.report.page`           the document as an HTML page, from ``templates``
`lowtide.synth.report.write`          files
====================================  ====================================================================
"""
