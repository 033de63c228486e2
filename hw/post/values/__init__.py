"""Values: what becomes of results in every lane, multiplied, rounded, limited, added, looked up, cut to terms."""
