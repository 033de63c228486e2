"""Boolean functions in the syntax of liberty files, as Verilog expressions.

``!a`` and ``a'`` are complements, ``a & b``, ``a * b`` and ``a b`` products, ``a ^ b`` exclusive ors, ``a | b`` and
``a + b`` sums; the complement binds first, the exclusive or before the product, the sum last. Synopsys, *Liberty User
Guide*, volume 1, "function" attribute of a pin.
"""

import re

__all__ = ["expression"]

_TOKEN = re.compile(r"\s*([A-Za-z_][\w\[\]]*|[01]|[()!'&*^|+])")
_SUMS, _PRODUCTS, _EXCLUSIVE = ("|", "+"), ("&", "*"), ("^",)
_FACTOR = re.compile(r"[\w(!]")


def expression(function: str) -> str:
    """The Verilog expression of a liberty function, every operation in brackets. ``ValueError`` where it is none."""
    text, place = function.strip(), 0
    tokens: list[str] = []
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"function is {function!r}, {text[place:]!r} is not understood")
        tokens.append(found[1])
        place = found.end()
    tokens.reverse()  # the next one is the last
    try:
        result = _sum(tokens)
    except IndexError:
        raise ValueError(f"function is {function!r}, it ends early") from None
    if tokens:
        raise ValueError(f"function is {function!r}, {tokens[-1]!r} is not understood")
    return result


def _next(tokens: list[str]) -> str:
    return tokens[-1] if tokens else ""


def _sum(tokens: list[str]) -> str:
    terms = [_product(tokens)]
    while _next(tokens) in _SUMS:
        tokens.pop()
        terms.append(_product(tokens))
    return _joined(" | ", terms)


def _product(tokens: list[str]) -> str:
    factors = [_exclusive(tokens)]
    while _next(tokens) in _PRODUCTS or _FACTOR.match(_next(tokens)):
        if _next(tokens) in _PRODUCTS:
            tokens.pop()
        factors.append(_exclusive(tokens))
    return _joined(" & ", factors)


def _exclusive(tokens: list[str]) -> str:
    parts = [_complement(tokens)]
    while _next(tokens) in _EXCLUSIVE:
        tokens.pop()
        parts.append(_complement(tokens))
    return _joined(" ^ ", parts)


def _complement(tokens: list[str]) -> str:
    token = tokens.pop()
    if token == "!":
        result = f"~{_complement(tokens)}"
    elif token == "(":
        result = _sum(tokens)
        if tokens.pop() != ")":
            raise IndexError
    elif token in "01":
        result = f"1'b{token}"
    elif token in "'&*^|+)":
        tokens.append(token)
        raise IndexError
    else:
        result = token
    while _next(tokens) == "'":
        tokens.pop()
        result = f"~{result}"
    return result


def _joined(operator: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({operator.join(parts)})"
