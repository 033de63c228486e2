"""Pictures are read, cropped and scaled as stated; views are reproducible; no picture serves twice."""

import numpy as np
import pytest
from PIL import Image

from lowtide.workloads.data.picture_folder import labelled_files, picture_folder
from lowtide.workloads.data.pictures import photographs, prepare, read, views

LABELS = [243, 559, 438, 990, 949, 853, 609, 609, 915, 455, 541, 630, 741, 471, 129, 99, 251, 22, 317, 305]


def across(width=256, height=256):
    """A picture whose grey level is the column."""
    return np.broadcast_to(np.arange(width, dtype=np.uint8)[None, :, None], (height, width, 3)).copy()


def test_unknown_photograph_is_refused():
    with pytest.raises(ValueError, match=r"name is cat\.png, allowed are astronaut\.png, brick\.png"):
        photographs(["cat.png"])


def test_prepared_values_are_the_scaled_middle():
    assert np.all(prepare(np.full((300, 260, 3), 127, np.uint8)) == 0)
    assert np.all(prepare(np.full((300, 260, 3), 255, np.uint8)) == 1)
    assert np.all(prepare(np.full((300, 260, 3), 0, np.uint8)) == np.float32(-127 / 128))
    framed = np.full((256, 256, 3), 255, np.uint8)
    framed[16:240, 16:240] = 127  # 224 of 256, in the middle
    assert np.all(prepare(framed) == 0)
    assert np.array_equal(prepare(across())[5, :, 0], (np.arange(16, 240, dtype=np.float32) - 127) / 128)
    assert np.array_equal(prepare(across())[:, 7, 1], np.full(224, (16 + 7 - 127) / 128, np.float32))


def test_views_begin_with_the_middle_and_are_reproducible():
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3)).astype(np.uint8)
    found = views(picture, 5, seed=1)
    assert found.shape == (5, 224, 224, 3) and found.dtype == np.float32
    assert np.array_equal(found[0], prepare(picture))
    assert np.array_equal(found, views(picture, 5, seed=1))
    assert np.array_equal(found[:3], views(picture, 3, seed=1))
    assert not np.array_equal(found[1:], views(picture, 5, seed=2)[1:])
    assert views(picture, 0).shape == (0, 224, 224, 3)


def test_views_have_the_stated_areas_and_places_and_some_are_mirrored():
    sides, starts, mirrored = [], [], 0
    for view in views(across(256, 250), 80)[1:]:
        columns = view[100, :, 0] * 128 + 127
        mirrored += columns[0] > columns[-1]
        left, right = sorted([columns[0], columns[-1]])
        sides.append((right - left) * 224 / 223)
        starts.append(left)
    assert np.sqrt(0.7) * 250 - 3 < min(sides) < 0.87 * 250 and 0.97 * 250 < max(sides) < 250 + 2
    assert min(starts) < 8 and max(starts) > 25
    assert 25 < mirrored < 55


@pytest.mark.parametrize(
    "picture",
    [np.zeros((9, 9), np.uint8), np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9, 3)), np.zeros((1, 9, 3), np.uint8)],
)
def test_what_is_no_picture_is_refused(picture):
    for see in (prepare, lambda picture: views(picture, 2)):
        with pytest.raises(ValueError, match=r"picture is .*, allowed is uint8 \[height, width, 3\]"):
            see(picture)


def save(path, level, mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (6, 4), level).save(path)


def test_grey_and_transparent_pictures_are_read_in_three_channels(tmp_path):
    save(tmp_path / "grey.png", 9, "L")
    save(tmp_path / "clear.png", (1, 2, 3, 0), "RGBA")
    assert np.array_equal(read(tmp_path / "grey.png"), np.full((4, 6, 3), 9))
    assert np.array_equal(read(tmp_path / "clear.png")[0, 0], [1, 2, 3])


def test_sub_folders_are_classes_in_alphabetical_order(tmp_path):
    for place, name in enumerate(("n02/b.png", "n01/deep/a.JPEG", "n02/a.png")):
        save(tmp_path / name, (place, 0, 0))
    (tmp_path / "n02" / "notes.txt").write_text("no picture")
    found = picture_folder(tmp_path)
    assert found.names == ("a.JPEG", "a.png", "b.png")
    assert found.labels.tolist() == [0, 1, 1] and found.labels.dtype == np.int64
    assert found.pictures[1][0, 0].tolist() == [2, 0, 0]


def test_integer_names_are_the_classes(tmp_path):
    for name in ("243_dog.png", "7_a_b.png"):
        save(tmp_path / name, 0)
    paths, labels = labelled_files(tmp_path)
    assert {path.name: label for path, label in zip(paths, labels.tolist(), strict=True)} == {
        "243_dog.png": 243,
        "7_a_b.png": 7,
    }


def test_classes_file_numbers_the_names(tmp_path):
    for name in ("cat/1.png", "dog/1.png"):
        save(tmp_path / name, 0)
    (tmp_path / "classes.txt").write_text("bird\ndog a tame wolf\ncat\n")
    assert labelled_files(tmp_path)[1].tolist() == [2, 1]
    save(tmp_path / "cow" / "1.png", 0)
    with pytest.raises(ValueError, match=r"class is 'cow', allowed are the 3 names in .*classes\.txt"):
        labelled_files(tmp_path)


def test_limit_takes_pictures_from_the_whole_folder(tmp_path):
    for number in range(10):
        save(tmp_path / f"{number}_x.png", 0)
    assert picture_folder(tmp_path, 3).labels.tolist() == [0, 3, 6]
    assert len(picture_folder(tmp_path, 30).names) == 10


def test_bad_folders_are_refused(tmp_path):
    with pytest.raises(ValueError, match="folder is .*nowhere, allowed are existing folders"):
        labelled_files(tmp_path / "nowhere")
    with pytest.raises(ValueError, match="has no pictures, allowed are files .jpg"):
        labelled_files(tmp_path)


def test_a_whole_file_name_may_be_the_class(tmp_path):
    for name in ("017.png", "003_b.png", "100.png"):
        save(tmp_path / name, 0)
    assert labelled_files(tmp_path)[1].tolist() == [3, 17, 100]
