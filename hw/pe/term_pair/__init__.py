"""The kind `term_pair`: what it does, its PE, and the logic that only it has."""
