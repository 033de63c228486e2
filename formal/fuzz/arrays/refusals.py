"""Whether a refusal is one that a user can act on: one line that names a field, its value and what is allowed."""

from collections.abc import Iterator

from lowtide.hw.config.fields import BY_NAME

from .examined import Fields

__all__ = ["fault_of_refusal"]

#: Words with which a line says what is allowed.
ALLOWED = (
    "allowed",
    "has none",
    "leave it out",
    "leave them out",
    "needs",
    "must be",
    "has block floating point only where",
    "has only where",
    "on both sides or on none",
)
LONGEST = 400  #: characters; a value that a user gave may be long
SHOWN = 40  #: characters of a value that a message must show


def fault_of_refusal(chosen: Fields, error: BaseException) -> str:
    """What is wrong with the exception that the fields ``chosen`` ended with; empty where nothing is."""
    if type(error) is not ValueError:
        return f"{type(error).__name__} instead of ValueError"
    line = str(error)
    if "\n" in line or len(line) > LONGEST:
        return f"a message of {line.count(chr(10)) + 1} lines and {len(line)} characters"
    named = [field for field in BY_NAME if line.startswith(field)]
    if not named:
        return "the message does not begin with a field"
    if not any(word in line for word in ALLOWED):
        return "the message does not say what is allowed"
    field = max(named, key=len)
    if chosen.get(field) is not None and not any(text in line for text in _texts(chosen[field])):
        return f"the message does not say the value of {field}"
    return ""


def _texts(value: object) -> Iterator[str]:
    """How a message may show a value."""
    if isinstance(value, (tuple, list)):
        yield ", ".join(map(str, value)) or "empty"
        yield from (str(each) for each in value)
    yield from (repr(value)[:SHOWN], str(value))
