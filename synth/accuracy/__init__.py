"""The accuracy that a mode keeps, as experiments have measured it."""
