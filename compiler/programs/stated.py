"""Values as JSON states them, and back."""

from collections.abc import Mapping
from typing import Any

import numpy as np

__all__ = ["plain", "tuples"]


def plain(value: np.generic | np.ndarray) -> Any:
    """A number or an array of NumPy as JSON holds it, what ``json.dumps`` asks for as ``default``."""
    return value.tolist()


def tuples(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of JSON as tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in stated.items()}
