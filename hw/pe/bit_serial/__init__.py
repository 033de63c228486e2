"""The kind `bit_serial`: what it does, its PE, and the logic that only it has."""
