"""A program for hosts in C: its addresses, how its tensors lie, an example, and the driver of the machine."""
