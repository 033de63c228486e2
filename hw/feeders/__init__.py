"""Feeders of an accelerator: from the numbers of a record EXEC, over the memories, to operands of the array."""
