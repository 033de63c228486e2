"""Where things are kept that need not be made twice."""

import os
from pathlib import Path

from platformdirs import user_cache_path

__all__ = ["cache_folder", "checkout"]


def checkout() -> Path | None:
    """The folder of the checkout that this code runs from, None where it was installed from a wheel."""
    folder = Path(__file__).resolve().parents[1]
    return folder if (folder / "pyproject.toml").exists() else None


def cache_folder() -> Path:
    """The folder of builds, prices, data and rows: ``LOWTIDE_CACHE``, else ``build/cache`` in a checkout, else the
    user's cache folder on this platform."""
    if chosen := os.environ.get("LOWTIDE_CACHE"):
        return Path(chosen).absolute()
    folder = checkout()
    return user_cache_path("lowtide") if folder is None else folder / "build" / "cache"
