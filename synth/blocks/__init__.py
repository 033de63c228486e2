"""Tiles that share multiplier blocks of FPGAs, beside the same tiles with a block for each product.

=================================  =======================================================
`lowtide.synth.blocks.compared`    what a tile takes either way
`lowtide.synth.blocks.report`      the page
`lowtide.synth.blocks.command`     ``lowtide price-blocks``
=================================  =======================================================
"""
