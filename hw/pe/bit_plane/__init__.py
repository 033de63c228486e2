"""The kind `bit_plane`: what it does, its PE, and the logic that only it has."""
