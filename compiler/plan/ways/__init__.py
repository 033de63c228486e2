"""Ways to run stages: in stripes, in parts of channels, or several together.

===============  ==========================================================================
`stripes`        rows of a tensor worth a look
`channel_parts`  output channels that the memories of weights and parameters hold at a time
`tiling`         stripes of rows and parts of channels that fit the memories, the fastest ones
`cascade`        stages that run together, stripe by stripe
`ways`           the ways to run stages, each looked at once
===============  ==========================================================================
"""
