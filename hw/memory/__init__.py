"""Memories of an accelerator, and the units that walk over them: from a record's numbers to operands of the array."""
