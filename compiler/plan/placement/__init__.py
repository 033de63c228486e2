"""What stays in the feature memory.

===========  ==============================================
`placement`  which tensors, and which stages run together
`addresses`  where these tensors and all buffers lie
===========  ==============================================
"""
