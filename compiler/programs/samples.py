"""What a network sees: arrays and pictures from files, and random ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

__all__ = ["Levels", "Samples", "random_samples", "read_samples"]

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".webp")
RANDOM = 8  #: samples that stand in where there are no others


@dataclass(frozen=True, kw_only=True)
class Levels:
    """How grey levels of pictures, 0 to 255, become what a network sees: ``(level - mean) / deviation``.

    Parameters
    ----------
    mean, deviation : tuple of float
        One for all channels, or one for each.
    """

    mean: tuple[float, ...] = (0.0,)
    deviation: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        if not all(self.deviation):
            raise ValueError(f"deviation is {self.deviation}, allowed are numbers other than 0")

    def seen(self, pictures: NDArray[np.generic]) -> NDArray[np.float32]:
        """What a network sees of pictures [..., channels]. ``ValueError`` for another number of channels."""
        channels = pictures.shape[-1]
        for name, values in (("mean", self.mean), ("deviation", self.deviation)):
            if len(values) not in (1, channels):
                raise ValueError(
                    f"{name} has {len(values)} numbers, allowed for {channels} channels are 1 or {channels}"
                )
        centred = pictures.astype(np.float64) - np.asarray(self.mean)
        seen: NDArray[np.float32] = (centred / np.asarray(self.deviation)).astype(np.float32)
        return seen


@dataclass(frozen=True, eq=False)
class Samples:
    """What a network sees: a name of each, float32 [samples, *shape]."""

    names: tuple[str, ...]
    values: NDArray[np.float32]


def random_samples(shape: Sequence[int], levels: Levels) -> Samples:
    """Levels at random, evenly from 0 to 255: they say little of what a network's tensors are like."""
    drawn = np.random.default_rng(0).integers(0, 256, (RANDOM, *shape))
    return Samples(tuple(f"random {number}" for number in range(RANDOM)), levels.seen(drawn))


def read_samples(path: Path, shape: Sequence[int], levels: Levels, limit: int | None = None) -> Samples:
    """Samples in a file or folder.

    Parameters
    ----------
    path : Path
        An array of NumPy (.npy), [samples, *shape] or one sample, real numbers as the network sees them, of pictures
        also with the channels first; or a picture, or a folder with pictures, scaled to the network's size.
    shape : sequence of int
        Of a sample, channels last.
    levels : Levels
        Of pictures.
    limit : int, optional
        The most samples, the first ones.

    Raises
    ------
    ValueError
        For files that cannot be read, and arrays of another shape.
    """
    if path.suffix == ".npy":
        values = _array(path, tuple(shape))[:limit]
        return Samples(tuple(f"{path.stem} {number}" for number in range(len(values))), values)
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.suffix.lower() in PICTURES)
        if not files:
            raise ValueError(f"folder is {path}, allowed is one with pictures: {', '.join(PICTURES)}")
    elif path.suffix.lower() in PICTURES:
        files = [path]
    else:
        raise ValueError(
            f"samples are {path}, allowed are a folder, a picture ({', '.join(PICTURES)}) or an array (.npy)"
        )
    pictures = np.stack([_picture(file, tuple(shape)) for file in files[:limit]])
    names = [str(file.relative_to(path)) if path.is_dir() else file.name for file in files[:limit]]
    return Samples(tuple(names), levels.seen(pictures))


def _array(path: Path, shape: tuple[int, ...]) -> NDArray[np.float32]:
    try:
        values = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(f"array is {path}: {' '.join(str(error).split())}") from None
    if values.shape == shape or values.shape == _channels_first(shape):
        values = values[None]
    if len(shape) == 3 and values.shape[1:] == _channels_first(shape) != shape:
        values = np.moveaxis(values, 1, -1)
    if values.shape[1:] != shape or not len(values) or not np.issubdtype(values.dtype, np.number):
        raise ValueError(
            f"array {path} has shape {values.shape} of {values.dtype}, allowed are numbers [samples, {shape}]"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"array {path} has values that are not finite, allowed are finite ones")
    found: NDArray[np.float32] = values.astype(np.float32)
    return found


def _channels_first(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (shape[-1], *shape[:-1])


def _picture(path: Path, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The middle of a picture, as large as the network's shape is, of the network's channels."""
    from PIL import Image, ImageOps, UnidentifiedImageError  # an extra: only pictures need it

    if len(shape) != 3 or shape[2] not in (1, 3):
        raise ValueError(f"the network sees {shape}, allowed for pictures are rows, columns and 1 or 3 channels")
    try:
        with Image.open(path) as opened:
            picture = opened.convert("L" if shape[2] == 1 else "RGB")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValueError(f"picture is {path}: {' '.join(str(error).split())}") from None
    fitted = ImageOps.fit(picture, (shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(fitted, np.uint8).reshape(shape)
