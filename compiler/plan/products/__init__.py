"""Products of two computed tensors, as attention has them.

============  =================================================================
`products`    which they are, with what moves values around them taken in
`stages`      these as stages, and transpositions in front of them
`tiling`      neighbouring matrices of a product at a time
============  =================================================================
"""
