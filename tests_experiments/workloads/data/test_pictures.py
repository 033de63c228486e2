"""The fetched pictures are those that are stated, and none serves twice."""

import numpy as np

from lowtide.workloads.data.pictures import AGREEMENT, CALIBRATION, calibration, imagenet, photographs
from lowtide.workloads.data.stamps import before, stamps

LABELS = [243, 559, 438, 990, 949, 853, 609, 609, 915, 455, 541, 630, 741, 471, 129, 99, 251, 22, 317, 305]


def test_foolbox_has_twenty_labelled_pictures():
    pictures = imagenet()
    assert pictures.labels.tolist() == LABELS
    assert [picture.shape for picture in pictures.pictures].count((512, 512, 3)) == 19
    assert all(picture.dtype == np.uint8 and picture.shape[2] == 3 for picture in pictures.pictures)


def test_photographs_are_pictures_and_serve_once():
    assert not {*CALIBRATION} & {*AGREEMENT}
    found = photographs((*CALIBRATION, *AGREEMENT))
    assert found.labels is None and len({picture.tobytes() for picture in found.pictures}) == 18
    assert all(picture.dtype == np.uint8 and picture.ndim == 3 and picture.std() > 5 for picture in found.pictures)


def test_calibration_is_the_same_each_time_and_has_views_that_differ():
    found = calibration(9, seed=3)
    assert found.shape == (9, 224, 224, 3) and found.dtype == np.float32
    assert np.array_equal(calibration(5, seed=3), found[:5])
    assert len({view.tobytes() for view in found}) == 9
    assert not np.array_equal(calibration(1, seed=4), found[:1])
    assert calibration(0).shape == (0, 224, 224, 3)


def test_stamps_lie_before_the_photograph_and_leave_some_of_it():
    objects = stamps()
    assert len(objects) > 200 and all(stamp.dtype == np.uint8 and stamp.shape[2] == 4 for stamp in objects)
    ground = np.full((300, 400, 3), 77, np.uint8)
    rng = np.random.default_rng(1)
    for stamp in objects[::20]:
        picture = before(stamp, ground, rng)
        shown = np.any(picture != 77, axis=2).mean()
        assert picture.shape == (256, 256, 3) and 0.01 < shown < 0.999
    clear = np.zeros((40, 30, 4), np.uint8)
    assert (before(clear, ground, rng) == 77).all()
