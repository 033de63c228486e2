"""The kind `fused`: what it does, its PE, and the logic that only it has."""
