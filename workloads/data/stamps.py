"""Objects cut out of photographs (animals, food, tools ...) and set before other photographs: to calibrate with.

The few photographs that packages carry show landscapes and textures; a network for ImageNet looks for objects. Two
hundred of Tux Paint's stamps, each before a random part of a calibration photograph, make calibration data whose
statistics lie nearer to those of the pictures it is tested with: on EfficientNet-Lite0 they are worth one dB of the
logits after compensation.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .fetch import fetch
from .packages import STAMPS

__all__ = ["before", "stamps"]

_SUBJECTS = ("animals", "clothes", "food", "hobbies", "household", "military", "plants", "sports", "vehicles")
_LEAST = 150  # pixels of the longer side; smaller ones are mostly drawings
_SIDE = 256  # of a picture that is made


def stamps() -> list[NDArray[np.uint8]]:
    """The stamps, uint8 [height, width, 4] with transparency last, in the order of their names; cartoons left out."""
    root = fetch(STAMPS) / "usr" / "share" / "tuxpaint" / "stamps"
    found = []
    for path in sorted(path for subject in _SUBJECTS for path in (root / subject).rglob("*.png")):
        with Image.open(path) as image:
            if max(image.size) >= _LEAST and "cartoon" not in path.parts:
                found.append(np.asarray(image.convert("RGBA")))
    return found


def before(stamp: NDArray[np.uint8], photograph: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A stamp, 0.6 to 1 of the side, somewhere before a random square of a photograph.

    Parameters
    ----------
    stamp : ndarray of uint8 [height, width, 4]
        With transparency last.
    photograph : ndarray of uint8 [height, width, 3]
        What is behind.
    rng : Generator
        Chooses square, size and place.

    Returns
    -------
    ndarray of uint8 [256, 256, 3]
    """
    shorter = min(photograph.shape[:2])
    side = int(rng.uniform(0.5, 1) * shorter)
    top, left = (int(rng.integers(length - side + 1)) for length in photograph.shape[:2])
    behind = Image.fromarray(photograph[top : top + side, left : left + side])
    picture = behind.resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    share = rng.uniform(0.6, 1) * _SIDE / max(stamp.shape[:2])
    width, height = (max(1, int(length * share)) for length in (stamp.shape[1], stamp.shape[0]))
    front = Image.fromarray(stamp).resize((width, height), Image.Resampling.BICUBIC)
    left, top = (int(rng.integers(_SIDE - length + 1)) for length in (width, height))
    picture.paste(front, (left, top), front)
    return np.asarray(picture)
