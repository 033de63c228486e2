"""A plan made faster by the exact cycle model: other ways to run its stages, compared by real records.

============  ==================================================================================
`choice`      what a placement follows from: tensors that stay, cascades, how each stage is cut
`cuts`        other ways to cut a stage, or some that run together
`candidates`  other choices: other cuts, cascades split and joined, tensors on the other side
`window`      exact cycles of neighbouring cascades, as a list of their own
`searching`   candidates tried one after the other, and the whole list compared at the end
============  ==================================================================================
"""
