"""Photographs: labelled ones of ImageNet to test with, others to calibrate with, and how a network sees them.

A picture is uint8 [height, width, 3]. EfficientNet-Lite0 sees ``(p - 127) / 128`` of the middle square whose side is
224/256 of the shorter side, resized to 224 x 224 (bicubic).

No picture serves twice: the labelled ones are only tested with, ``CALIBRATION`` only calibrates, ``AGREEMENT`` only
compares a quantised network with its float one.

Source: the constants and the crop of the TensorFlow repository's efficientnet/lite and preprocessing.py. The PyTorch
package carries an older comment with other constants, which cost ten points on the labelled pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .fetch import fetch
from .packages import FOOLBOX, SCIKIT_IMAGE
from .stamps import before, stamps

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "AGREEMENT",
    "CALIBRATION",
    "SIZE",
    "Pictures",
    "calibration",
    "imagenet",
    "photographs",
    "prepare",
    "read",
    "views",
]

SIZE = 224
MIDDLE = 224 / 256  #: side of the middle square over the shorter side
MEAN, DEVIATION = 127.0, 128.0
SMALLEST_AREA = 0.7  #: of a view, over the largest square of the picture

#: Photographs of scikit-image that are there without a further download; drawings, masks and text are left out.
AGREEMENT = ("camera.png", "chelsea.png", "coffee.png")
CALIBRATION = (
    "astronaut.png",
    "brick.png",
    "clock_motion.png",
    "coins.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "ihc.png",
    "moon.png",
    "motorcycle_left.png",
    "motorcycle_right.png",
    "retina.jpg",
    "rocket.jpg",
    "china.jpg",
    "flower.jpg",
)
_OF_SCIKIT_LEARN = ("china.jpg", "flower.jpg")


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures of any size.

    Parameters
    ----------
    pictures : tuple of ndarray of uint8 [height, width, 3]
        The pictures.
    labels : ndarray of int64, or None
        Class of each, None if there are none.
    names : tuple of str
        Of the files.
    """

    pictures: tuple[NDArray[np.uint8], ...]
    labels: NDArray[np.int64] | None
    names: tuple[str, ...]

    @property
    def classes(self) -> NDArray[np.int64]:
        """The labels, of pictures that have them."""
        assert self.labels is not None, "the pictures have no labels"
        return self.labels


def imagenet() -> Pictures:
    """The 20 labelled `Pictures` of the foolbox package, classes 0..999; their file names end in the class."""
    paths = sorted(fetch(FOOLBOX).glob("foolbox/data/imagenet_*.jpg"))
    labels = np.array([int(path.stem.split("_")[2]) for path in paths], np.int64)
    return Pictures(tuple(map(read, paths)), labels, tuple(path.name for path in paths))


def photographs(names: Sequence[str]) -> Pictures:
    """Photographs without labels, of the names in ``CALIBRATION`` and ``AGREEMENT``; ValueError for another one."""
    unknown = set(names) - {*CALIBRATION, *AGREEMENT}
    if unknown:
        raise ValueError(f"name is {min(unknown)}, allowed are {', '.join(sorted({*CALIBRATION, *AGREEMENT}))}")
    return Pictures(tuple(_photograph(name) for name in names), None, tuple(names))


def calibration(count: int, seed: int = 0) -> NDArray[np.float32]:
    """float32 [count, 224, 224, 3]: every fourth is a random view of a ``CALIBRATION`` photograph, the others show a
    stamp before one, see `lowtide.workloads.data.stamps`. The first ones are those of a smaller count."""
    pictures, objects, rng = photographs(CALIBRATION).pictures, stamps(), np.random.default_rng(seed)
    order, found = rng.permutation(len(objects)), []
    for number in range(count):
        picture = pictures[number // 4 % len(pictures)]
        if number % 4:
            stamp = objects[order[number % len(objects)]]
            picture = before(stamp, pictures[rng.integers(len(pictures))], rng)
        found.append(views(picture, 2, int(rng.integers(1 << 32)))[1])
    return np.stack(found) if found else np.zeros((0, SIZE, SIZE, 3), np.float32)


def read(path: Path) -> NDArray[np.uint8]:
    """The picture in a file, uint8 [height, width, 3]; grey becomes three equal channels, transparency is dropped."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def prepare(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What EfficientNet-Lite0 sees of a picture: float32 [224, 224, 3] from -127/128 to 1."""
    height, width = _check_picture(picture).shape[:2]
    side = int(MIDDLE * min(height, width))
    return _resized(picture, (height - side + 1) // 2, (width - side + 1) // 2, side)


def views(picture: NDArray[np.uint8], count: int, seed: int = 0) -> NDArray[np.float32]:
    """``count`` views of one picture: float32 [count, 224, 224, 3]; the same seed gives the same views.

    The first is `prepare`'s. Each other one is a square of 0.7 to 1 of the area of the largest square, anywhere in the
    picture, mirrored at random. Views of one picture are alike: 25 views of 20 pictures resolve an accuracy more finely
    than the 20 pictures do, but say hardly more about other pictures.
    """
    height, width = _check_picture(picture).shape[:2]
    rng = np.random.default_rng(seed)
    found = [prepare(picture)]
    for _ in range(count - 1):
        side = int(np.sqrt(rng.uniform(SMALLEST_AREA, 1)) * min(height, width))
        view = _resized(picture, rng.integers(height - side + 1), rng.integers(width - side + 1), side)
        found.append(view[:, ::-1] if rng.integers(2) else view)
    return np.stack(found[:count]) if count else np.zeros((0, SIZE, SIZE, 3), np.float32)


def _resized(picture: NDArray[np.uint8], top: int, left: int, side: int) -> NDArray[np.float32]:
    box = (int(left), int(top), int(left) + side, int(top) + side)
    resized = Image.fromarray(picture).resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=box)
    return (np.asarray(resized, np.float32) - np.float32(MEAN)) / np.float32(DEVIATION)


def _check_picture(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``picture``, ValueError unless it is uint8 [height, width, 3] with sides of two pixels or more."""
    if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or min(picture.shape[:2]) < 2:
        raise ValueError(f"picture is {picture.dtype} {picture.shape}, allowed is uint8 [height, width, 3], sides >= 2")
    return picture


def _photograph(name: str) -> NDArray[np.uint8]:
    if name in _OF_SCIKIT_LEARN:
        from sklearn.datasets import load_sample_image

        return load_sample_image(name)
    return read(fetch(SCIKIT_IMAGE) / "skimage" / "data" / name)
