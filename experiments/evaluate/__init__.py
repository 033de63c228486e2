"""Quantised networks on data of one's own: ``lowtide evaluate``.

=================  ==========================================================================
`specification`    what weights are to be stored as, in a word or two
`quantised_point`  what each row is of
`picture_rows`     rows of EfficientNet-Lite0 on a folder of labelled pictures
`pictures`         the experiment of those rows
`text`             the language model on a text file
`command`          the command line; table, JSON and picture
=================  ==========================================================================
"""
