"""Putting a library in order at start: leftovers of a killed save, pictures without a row, rows without a picture.

Other processes save and delete meanwhile: so rows are read before files, and each suspect is looked at once more.
"""

import contextlib
import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from studio import atomic
from studio.library import index, picture_id, png


def sweep(root: Path, rows: index.Index) -> list[str]:
    """Do it, and say in one sentence each what was found."""
    removed = _remove_leftovers(root)
    stored = rows.paths()
    files = dict.fromkeys(_files(root, "pictures", ".png"))  # in order, and quick to look up
    listed = {each.path for each in stored.values()}
    adopted = sum(_adopt(root, name, rows) for name in files if name not in listed)
    gone = _mark(root, rows, stored, files)
    return [
        sentence
        for number, sentence in (
            (removed, f"{removed} unfinished file(s) of a save that was interrupted were removed."),
            (adopted, f"{adopted} picture(s) that the index did not list were added to it."),
            (gone, f"{gone} picture(s) are listed but their files are gone from {root}."),
        )
        if number
    ]


def _adopt(root: Path, name: str, rows: index.Index) -> bool:
    """List a picture of ours that has no row, or one that was moved within the library; leave all else alone."""
    with contextlib.suppress(OSError):
        if atomic.is_being_written(root / name):  # its row comes next
            return False
    found = png.read(root / name)
    if found is None or not picture_id.is_id(found[2].id):
        return False
    width, height, embedded = found
    known = rows.get(embedded.id)
    if known is None:
        rows.add(index.row(embedded.id, name, embedded.created, (width, height), embedded.recipe), embedded.recipe)
        return True
    if known.path == name or (root / known.path).is_file():  # saved meanwhile; or somebody's copy of one in its place
        return False
    rows.move(embedded.id, name)
    return True


def _mark(root: Path, rows: index.Index, stored: Mapping[str, index.StoredPath], files: Container[str]) -> int:
    """Store which pictures have gone and which have come back; how many of those that are not in the trash are gone."""
    gone, changed = 0, {}
    for id, before in stored.items():
        if before.path in files and not before.missing:
            continue
        row = rows.get(id)
        if row is None:  # it was deleted meanwhile
            continue
        missing = not (root / row.path).is_file()
        gone += missing and not row.trashed
        if missing != bool(row.missing):
            changed[id] = missing
    if changed:
        rows.mark(changed)
    return gone


def _remove_leftovers(root: Path) -> int:
    """Temporary files of ours whose writer is gone."""
    removed = 0
    for name in _files(root, ".", atomic.TEMPORARY):
        with contextlib.suppress(OSError):  # another process may sweep at the same time
            removed += atomic.discard_abandoned(root / name)
    return removed


def _files(root: Path, start: str, suffix: str) -> Iterator[str]:
    """Paths below `root`, with `/`, sorted: the order of saving, for an index that has to be made anew.

    Plain texts, since there may be a hundred thousand.
    """
    for place, folders, names in os.walk(root / start):
        folders.sort()
        prefix = Path(place).relative_to(root).as_posix()
        yield from (f"{prefix}/{name}" for name in sorted(names) if name.endswith(suffix))
