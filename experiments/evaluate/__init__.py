"""Quantised networks on data of one's own: ``lowtide evaluate``.

=================  ==========================================================================
`quantised_point`  what each row is of
`quantised_row`    what each row tells
`picture_rows`     rows of EfficientNet-Lite0 on a folder of labelled pictures
`pictures`         the experiment of those rows
`text`             the language model on a text file
`losses`           the picture of what each format loses
`command`          the command line; table, JSON and picture
=================  ==========================================================================
"""
