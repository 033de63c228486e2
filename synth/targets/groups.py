"""The syntax of liberty files: groups, simple attributes and complex ones, as far as standard cells need it.

``name (arguments) { ... }`` is a group, ``name : value ;`` and ``name (values) ;`` are attributes. Synopsys, *Liberty
User Guide*, volume 1, chapter 1.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Group", "numbers", "parse"]

_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{}();:,])|([^\s{}();:,"]+)', re.DOTALL)
_NOT_TOKENS = re.compile(r"/\*.*?\*/|//[^\n]*|\\\r?\n", re.DOTALL)


@dataclass
class Group:
    """One group.

    Parameters
    ----------
    kind : str
        Its word, such as "pin".
    arguments : tuple of str
        What stands in its brackets.
    attributes : dict of str to str or tuple of str
        Name to word (simple) or words (complex), the last one of equal names.
    groups : list of Group
        Those inside, in order.
    """

    kind: str
    arguments: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    groups: list["Group"] = field(default_factory=list)

    def of(self, *kinds: str) -> list["Group"]:
        """The groups inside of these kinds, in order."""
        return [group for group in self.groups if group.kind in kinds]

    def true(self, name: str) -> bool:
        """Whether a simple attribute says true."""
        return str(self.attributes.get(name, "false")).lower() == "true"


def parse(text: str) -> Group:
    """The :class:`Group` that holds all groups and attributes of ``text``. ``ValueError`` where it ends early."""
    tokens = [
        (match[1] is not None, match[1] if match[1] is not None else match[0])
        for match in _TOKEN.finditer(_NOT_TOKENS.sub(" ", text))
    ]
    stack, place = [Group("file")], 0

    def mark(offset: int) -> str | None:
        quoted, word = tokens[place + offset] if place + offset < len(tokens) else (True, "")
        return None if quoted else word

    while place < len(tokens):
        if mark(0) == "}":
            if len(stack) == 1:
                raise ValueError("there is a } too many")
            stack.pop()
            place += 1
        elif mark(0) == ";":
            place += 1
        elif mark(1) == ":":
            end = next((at for at in range(place + 2, len(tokens)) if tokens[at] in ((False, ";"), (False, "}"))), None)
            if end is None:
                raise ValueError(f"{tokens[place][1]} has no end")
            stack[-1].attributes[tokens[place][1]] = " ".join(word for _, word in tokens[place + 2 : end])
            place = end
        elif mark(1) == "(":
            end = next((at for at in range(place + 2, len(tokens)) if tokens[at] == (False, ")")), None)
            if end is None:
                raise ValueError(f"{tokens[place][1]} has no end")
            words = tuple(word for quoted, word in tokens[place + 2 : end] if quoted or word != ",")
            name, place = tokens[place][1], end + 1
            if mark(0) == "{":
                stack[-1].groups.append(Group(name, words))
                stack.append(stack[-1].groups[-1])
                place += 1
            else:
                stack[-1].attributes[name] = words
        else:
            raise ValueError(f"{tokens[place][1]!r} is neither group nor attribute")
    if len(stack) > 1:
        raise ValueError(f"{stack[-1].kind} ({', '.join(stack[-1].arguments)}) has no end")
    return stack[0]


def numbers(words: Iterable[str]) -> list[list[float]]:
    """The numbers of a complex attribute such as ``values ("1, 2", "3, 4")``, as a list of rows."""
    return [[float(word) for word in re.split(r"[\s,]+", row.strip()) if word] for row in words]
