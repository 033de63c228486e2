"""The kind `subword`: what it does, its PE, and the logic that only it has."""
