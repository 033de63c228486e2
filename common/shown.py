"""Values of a user, of any type, in messages of one line."""

__all__ = ["shown"]

MOST = 80  #: characters of a value that a message shows


def shown(value: object) -> str:
    """``repr(value)`` in one line, its end left out where it is long."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python does not print integers of thousands of digits
        return f"an integer of {value.bit_length()} bits" if isinstance(value, int) else f"a {type(value).__name__}"
    return text if len(text) <= MOST else f"{text[:MOST]}..."
