"""The compiled engine: products of whole operands, raw payloads played into its streams, transitions counted."""
