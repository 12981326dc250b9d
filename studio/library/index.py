"""The SQLite index: one row for each picture, in the order in which they were saved."""

import contextlib
import os
import shutil
import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple

from studio.errors import UserError
from studio.library import recipe as recipes
from studio.library.recipe import Recipe
from studio.library.schema import MIGRATIONS, VERSION
from studio.library.storage_error import damaged, reason
from studio.text import Text

FILE = "index.db"
_BUSY_S = 30.0
_LOOK_S = 3.0
_DEEPEST = 8
_COLUMNS = "sequence, id, path, created, width, height, missing, recipe, trashed"


class IndexRow(NamedTuple):
    sequence: int
    id: str
    path: str
    """Relative to the library, with `/`."""
    created: str
    width: int
    height: int
    missing: int
    recipe: str
    trashed: int = 0


_KINDS = (int, str, str, str, int, int, int, str, int)
"""Of a row's values."""


class StoredPath(NamedTuple):
    path: str
    missing: bool


class Index:
    """An open index. Raises sqlite3.Error as it comes; not safe for several threads at once."""

    def __init__(self, root: Path, *, readonly: bool = False) -> None:
        self.problem = Text("it was opened for reading only" if readonly else "")
        """Why nothing can be written; '' when it can."""
        self._copy = contextlib.ExitStack()
        file = root / FILE
        try:
            if not readonly:
                try:
                    self._connection = _writable(file)
                except (OSError, sqlite3.OperationalError) as error:
                    self.problem = reason(error)
            if self.problem:
                self._connection = _brought_up(_readable(file, self._copy))
            self._check_version(file)
        except sqlite3.DatabaseError as error:
            raise damaged(file, error) from error

    def close(self) -> None:
        self._connection.close()
        self._copy.close()

    def add(self, row: IndexRow, recipe: Recipe) -> int:
        """Store a row durably and return its sequence; a row of the same id keeps the sequence it has."""
        with self._transaction() as connection:
            (sequence,) = connection.execute(
                "INSERT INTO pictures (id, path, created, width, height, recipe, text) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET path = excluded.path, recipe = excluded.recipe, text = excluded.text, "
                "missing = 0 RETURNING sequence",
                (row.id, row.path, row.created, row.width, row.height, row.recipe, _searchable(recipe)),
            ).fetchone()
            connection.execute("DELETE FROM parents WHERE child = ?", (row.id,))
            connection.executemany(
                "INSERT INTO parents (child, position, parent) VALUES (?, ?, ?)",
                [(row.id, position, _text(parent)) for position, parent in enumerate(recipe.parents)],
            )
        return int(sequence)

    def check(self) -> None:
        """Raise sqlite3.Error when nothing can be written now; nobody is waited for as long as for a change."""
        self._connection.execute(f"PRAGMA busy_timeout = {round(1000 * _LOOK_S)}")
        try:
            with self._transaction():
                pass
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {round(1000 * _BUSY_S)}")

    def get(self, id: str) -> IndexRow | None:
        found = self._connection.execute(f"SELECT {_COLUMNS} FROM pictures WHERE id = ?", (id,)).fetchone()
        return _checked(found) if found else None

    def find(self, text: str, limit: int, before_sequence: int | None, trashed: bool) -> list[IndexRow]:
        """The newest first; every word of `text` occurs in task, model, parameters or values."""
        where, values = _matching(text, trashed)
        if before_sequence is not None:
            where, values = [*where, "sequence < ?"], [*values, before_sequence]
        query = f"SELECT {_COLUMNS} FROM pictures{_where(where)} ORDER BY sequence DESC LIMIT ?"
        return [_checked(found) for found in self._connection.execute(query, (*values, limit))]

    def count(self, text: str, trashed: bool) -> int:
        where, values = _matching(text, trashed)
        (number,) = self._connection.execute(f"SELECT count(*) FROM pictures{_where(where)}", values).fetchone()
        return int(number)

    def children(self, parent: str) -> list[IndexRow]:
        query = f"SELECT {_COLUMNS} FROM pictures WHERE id IN (SELECT child FROM parents WHERE parent = ?)"
        return [_checked(found) for found in self._connection.execute(f"{query} ORDER BY sequence", (parent,))]

    def paths(self) -> dict[str, StoredPath]:
        """Of every row, by id."""
        rows = map(_checked, self._connection.execute(f"SELECT {_COLUMNS} FROM pictures"))
        return {row.id: StoredPath(row.path, bool(row.missing)) for row in rows}

    def move(self, id: str, path: str) -> None:
        """Store that a file lies elsewhere in the library; all that is known of the picture stays."""
        with self._transaction() as connection:
            connection.execute("UPDATE pictures SET path = ?, missing = 0 WHERE id = ?", (path, id))

    def mark(self, missing: dict[str, bool]) -> None:
        """Store which pictures have gone and which have come back."""
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE pictures SET missing = ? WHERE id = ?", [(int(gone), id) for id, gone in missing.items()]
            )

    def trash(self, ids: Iterable[str], trashed: bool) -> None:
        """Store that pictures lie in the trash, or no longer do."""
        with self._transaction() as connection:
            connection.executemany("UPDATE pictures SET trashed = ? WHERE id = ?", [(int(trashed), id) for id in ids])

    def forget(self, ids: Iterable[str]) -> None:
        """Remove rows for good."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM pictures WHERE id = ?", [(id,) for id in ids])

    def _check_version(self, file: Path) -> None:
        version = _version(self._connection)
        if version > VERSION and not self.problem:
            self.close()
            raise UserError(
                "The library's index {} was made by a newer version of the studio; nothing was changed. Update the "
                "studio, or open the library for reading only.",
                file,
                code="library_newer",
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with _transaction(self._connection):
            yield self._connection


def _writable(file: Path) -> sqlite3.Connection:
    # SQLite gives its journals the permissions of the file, so it is made first, for this user only.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = _connect(str(file))
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a picture that was reported as saved survives a power cut
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _readable(file: Path, copy: contextlib.ExitStack) -> sqlite3.Connection:
    """Also from a folder where SQLite may not make the files beside the index that it needs for reading."""
    if not file.is_file() or not file.stat().st_size:
        connection = _connect(":memory:")
        _migrate(connection)
        return connection
    connection = _connect(f"{file.as_uri()}?mode=ro")
    try:
        _version(connection)
        return connection
    except sqlite3.OperationalError:
        connection.close()
    journal = file.with_name(f"{FILE}-wal")
    if journal.is_file() and journal.stat().st_size:  # the newest rows are only there
        folder = Path(copy.enter_context(tempfile.TemporaryDirectory(prefix="studio-")))
        shutil.copyfile(file, folder / FILE)
        shutil.copyfile(journal, folder / journal.name)
        return _connect(str(folder / FILE))
    return _connect(f"{file.as_uri()}?immutable=1")


def _brought_up(connection: sqlite3.Connection) -> sqlite3.Connection:
    """An index of an older studio that may only be read: a copy in memory, with today's tables."""
    if _version(connection) >= VERSION:
        return connection
    copy = _connect(":memory:")
    connection.backup(copy)
    connection.close()
    _migrate(copy)
    return copy


def _connect(name: str) -> sqlite3.Connection:
    # Threads take turns under the lock of the Library.
    return sqlite3.connect(
        name, timeout=_BUSY_S, isolation_level=None, check_same_thread=False, uri=name.startswith("file:")
    )


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection) -> None:
    if _version(connection) < 0:
        raise sqlite3.DatabaseError(f"it says that its version is {_version(connection)}")
    connection.create_function("searchable", 1, lambda recipe: _searchable(recipes.decode(recipe)))
    while _version(connection) < VERSION:
        with _transaction(connection):
            version = _version(connection)  # another process may have been faster
            if version < VERSION:
                for statement in MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")


def _checked(found: Sequence[Any]) -> IndexRow:
    """A row as SQLite has it, which keeps anything in any column. Raises sqlite3.DatabaseError for one of no studio."""
    if tuple(map(type, found)) != _KINDS or "\0" in found[1]:  # the id is part of a thumbnail's name
        error = sqlite3.DatabaseError(f"its row {str(found[0])[:20]} holds what no studio writes")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error
    return IndexRow(*found)


def _matching(text: str, trashed: bool) -> tuple[list[str], list[Any]]:
    words = _fold(text).split()
    return ["trashed = ?", *["instr(text, ?) > 0"] * len(words)], [int(trashed), *words]


def _where(conditions: list[str]) -> str:
    return " WHERE " + " AND ".join(conditions)


def _searchable(recipe: Recipe) -> str:
    return _fold("\n".join([recipe.task, recipe.model, *_texts(recipe.params), *_texts(recipe.values)]))


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """All texts in a value, at whatever depth: words, and names of files."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple) and depth < _DEEPEST:
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _texts(entry, depth + 1)


def _fold(text: str) -> str:
    """One form for capitals, full-width letters and composed accents, for writing and for looking up."""
    return _text(unicodedata.normalize("NFKC", text).casefold())


def _text(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def inside(root: Path, path: str) -> Path:
    """Where the picture of a row is. Raises UserError for a path that leads out of the library.

    No studio stores one, and an index that was brought from elsewhere must not make us show, or delete, what is not
    ours.
    """
    parts = PurePosixPath(path).parts
    foreign = "\0" in path or "\\" in path or PureWindowsPath(path).drive
    if foreign or not parts or path.startswith("/") or ".." in parts:
        raise damaged(root / FILE, sqlite3.DatabaseError(f"it lists a file outside the library, {path!r}"))
    return root / path


def row(id: str, path: str, created: str, size: tuple[int, int], recipe: Recipe) -> IndexRow:
    """A row that is not stored yet."""
    return IndexRow(0, id, path, created, *size, 0, recipes.encode(recipe).decode())
