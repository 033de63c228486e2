"""Folders that entries write to."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["output_folder", "write_page"]


@contextmanager
def output_folder(folder: str | Path) -> Iterator[Path]:
    """The folder as a path, made if it is not there.

    Raises
    ------
    ValueError
        It has no name, cannot be made, or something in it cannot be written while the context lasts: one line.
    """
    if not str(folder):
        raise ValueError("output is '', allowed are names of folders")
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
    except OSError as error:
        place, why = error.filename or folder, (error.strerror or str(error)).lower()
        raise ValueError(f"output is {place}: {why}, allowed are folders to write to") from None


def write_page(page: Path, text: str, pictures: Iterable[Path] = ()) -> list[Path]:
    """Write a page of the documents: Markdown, and the pictures that it shows into a folder of the page's name.

    Parameters
    ----------
    page : Path
        The Markdown file.
    text : str
        Its contents, where pictures are named without a folder: ``](NAME)``.
    pictures : iterable of Path
        The pictures, files; their names are those in the text.

    Returns
    -------
    list of Path
        The page and its pictures, as written.

    Raises
    ------
    ValueError
        Something cannot be written: one line.
    """
    written = [page]
    for picture in pictures:
        with output_folder(page.with_suffix("")) as folder:
            written.append(folder / picture.name)
            written[-1].write_bytes(picture.read_bytes())
        text = text.replace(f"]({picture.name})", f"]({folder.name}/{picture.name})")
    with output_folder(page.parent):
        page.write_text(text, encoding="utf-8")
    return written
