"""Packages that only making a network needs: PyTorch and ONNX, in the extra ``experiments``."""

import importlib
from types import ModuleType

from ..data.fetch import DataMissing

__all__ = ["extra"]


def extra(name: str) -> ModuleType:
    """The module of that name. `DataMissing` with the command that installs it if it is not there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise DataMissing(f"{name} is not installed; get it with: pip install 'lowtide[experiments]'") from None
