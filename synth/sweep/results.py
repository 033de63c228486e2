"""The file of results: SQLite, written by one process, a transaction for each piece of work.

- ``prices``: one row for each work that was done, under its key. Nothing is ever taken out, so nothing that is there is
  computed again, whatever sweep asks for it.
- ``points``: the rows of the sweep that wrote last, those that are complete. They follow from ``prices``.

A process that is killed leaves what it had committed; others may read while it writes.
"""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock, Timeout

from .rows import COLUMNS, Row, needed, refused_row, row
from .space import Point, Space
from .work import Priced, Work

__all__ = ["Results", "select"]


class Results:
    """The results of a space, open for writing. Use :meth:`open`.

    Attributes
    ----------
    todo : list of Work
        Those that are not done yet, in the order of the points.
    there : int
        How many were done before.
    """

    def __init__(self, connection: sqlite3.Connection, space: Space) -> None:
        self._connection, self._accuracy = connection, dict(space.accuracy)
        self._waiting: dict[str, list[tuple[Point, tuple[Work, ...]]]] = defaultdict(list)  # by key of a work
        points = {point: needed(point) for point in space.points}
        works = {work.key: work for each in points.values() for work in each}
        self._prices = {
            key: Priced(**json.loads(price))
            for key, price in connection.execute("SELECT key, price FROM prices")
            if key in works
        }
        self.todo = [work for key, work in works.items() if key not in self._prices]
        self.there = len(works) - len(self.todo)
        complete = []
        for point, each in points.items():
            if all(work.key in self._prices for work in each):
                complete.append(self._row(point, each))
            for work in each:
                if work.key not in self._prices:
                    self._waiting[work.key].append((point, each))
        with _transaction(connection):
            connection.execute("DELETE FROM points")
            self._insert(map(refused_row, space.refusals))
            self._insert(complete)

    @classmethod
    @contextmanager
    def open(cls, path: Path, space: Space) -> Iterator["Results"]:
        """Open the file at ``path``, made where it does not exist. Raises ``ValueError`` where it is no such file or
        another sweep is writing it."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise ValueError(f"output is {path}, another sweep is writing it") from None
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            try:
                try:
                    _prepare(connection)
                    results = cls(connection, space)
                except sqlite3.DatabaseError as error:
                    raise ValueError(f"output is {path}: {error}") from None
                yield results
            finally:
                connection.close()
        finally:
            lock.release()

    def commit(self, work: Work, price: Priced) -> list[Row]:
        """Keep what became of a work, and the rows that it completes; returns these."""
        self._prices[work.key] = price
        rows = [
            self._row(point, works)
            for point, works in self._waiting.pop(work.key)
            if all(each.key in self._prices for each in works)
        ]
        with _transaction(self._connection):
            self._connection.execute(
                "INSERT INTO prices VALUES (?, ?, ?, ?)",
                (work.key, work.label(), price.seconds, json.dumps(asdict(price))),
            )
            self._insert(rows)
        return rows

    def _row(self, point: Point, works: Iterable[Work]) -> Row:
        return row(point, [self._prices[work.key] for work in works], self._accuracy.get(point.mode_name))

    def _insert(self, rows: Iterable[Row]) -> None:
        self._connection.executemany(
            f"INSERT INTO points VALUES ({', '.join('?' * len(COLUMNS))})",
            ([each.value(column) for column in COLUMNS] for each in rows),
        )


def select(path: Path, where: str | None = None) -> list[Row]:
    """The rows of a file, sorted by what the points are. ``where``: a condition as of SQL, such as ``w_bits <= 4 and
    family == 'term'``. Raises ``ValueError`` for one that SQLite does not take."""
    order = ", ".join(f'"{column}"' for column in COLUMNS if column != "key")
    connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.set_authorizer(_only_reading)
        found = connection.execute(f"SELECT * FROM points WHERE ({_quoted(where or '1')}\n) ORDER BY {order}")
        return [Row.of_values(each) for each in found]
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise ValueError(f"filter is {where!r}: {error}; columns are {', '.join(COLUMNS)}") from None
    finally:
        connection.close()


def _quoted(condition: str) -> str:
    """The condition with its columns in quotes: some are words of SQL (group, window)."""
    return re.sub(
        r"""'[^']*'|"[^"]*"|\b[a-zA-Z_]\w*""", lambda word: f'"{word[0]}"' if word[0] in COLUMNS else word[0], condition
    )


def _only_reading(action: int, *_: object) -> int:
    allowed = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION)
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY


def _prepare(connection: sqlite3.Connection) -> None:
    """Tables and safety; a table of points with other columns, of another version, is made anew."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    with _transaction(connection):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS prices (key TEXT PRIMARY KEY, work TEXT, seconds REAL, price TEXT)"
        )
        if tuple(column[1] for column in connection.execute("PRAGMA table_info(points)")) != COLUMNS:
            connection.execute("DROP TABLE IF EXISTS points")
            connection.execute(f"CREATE TABLE points ({_quoted(', '.join(COLUMNS))}, PRIMARY KEY (key))")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
