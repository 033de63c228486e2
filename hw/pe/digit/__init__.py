"""The kind `digit`: what it does, its PE, and the encoder of its weights."""
