"""Memories of an accelerator: banks, what they hold, and what passes between them and those that use them."""
