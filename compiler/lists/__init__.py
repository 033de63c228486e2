"""Kernels and copies as a list of records.

===========================================  =====================================================================
`lowtide.compiler.lists.program`             the list, and the bytes beside it
`lowtide.compiler.lists.contents`            what lies in memories that are loaded piece by piece
`lowtide.compiler.lists.tokens`              which records wait for which
`lowtide.compiler.lists.layer_records`       which records are those of a layer
===========================================  =====================================================================
"""
