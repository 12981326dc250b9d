"""Putting a library in order at start: leftovers of a killed save, pictures without a row, rows without a picture."""

import contextlib
import os
import time
from collections.abc import Container, Iterator
from pathlib import Path

from studio import atomic
from studio.library import index, picture_id, png

_ABANDONED_S = 60.0


def sweep(root: Path, rows: index.Index) -> list[str]:
    """Do it, and say in one sentence each what was found."""
    removed = _remove_leftovers(root)
    files = dict.fromkeys(_files(root, "pictures", ".png"))  # in order, and quick to look up
    places = rows.places()
    listed = {place.path for place in places.values()}
    adopted = sum(_adopt(root, name, files, places, rows) for name in files if name not in listed)
    places = rows.places()
    gone = {id: place.path not in files for id, place in places.items()}
    changed = {id: missing for id, missing in gone.items() if missing != places[id].missing}
    if changed:
        rows.mark(changed)
    return [
        sentence
        for number, sentence in (
            (removed, f"{removed} unfinished file(s) of a save that was interrupted were removed."),
            (adopted, f"{adopted} picture(s) that the index did not list were added to it."),
            (sum(gone.values()), f"{sum(gone.values())} picture(s) are listed but their files are gone from {root}."),
        )
        if number
    ]


def _adopt(
    root: Path, name: str, files: Container[str], places: dict[str, index.PagePosition], rows: index.Index
) -> bool:
    """List a picture of ours that has no row, or one that was moved within the library; leave all else alone."""
    found = png.read(root / name)
    if found is None or not picture_id.is_id(found[2].id):
        return False
    width, height, embedded = found
    if embedded.id in places and places[embedded.id].path in files:  # somebody's copy of a picture that is in place
        return False
    rows.add(index.row(embedded.id, name, embedded.created, (width, height), embedded.recipe), embedded.recipe)
    return True


def _remove_leftovers(root: Path) -> int:
    """Temporary files of ours whose writer is dead, or that nobody has touched for a minute."""
    removed = 0
    for name in _files(root, ".", atomic.TEMPORARY):
        path = root / name
        pid = atomic.writer(path)
        with contextlib.suppress(OSError):  # another process may sweep at the same time
            if pid is not None and (_dead(pid) or time.time() - path.stat().st_mtime > _ABANDONED_S):
                path.unlink()
                removed += 1
    return removed


def _files(root: Path, start: str, suffix: str) -> Iterator[str]:
    """Paths below `root`, with `/`, sorted: the order of saving, for an index that has to be made anew.

    Plain texts, since there may be a hundred thousand.
    """
    for place, folders, names in os.walk(root / start):
        folders.sort()
        prefix = Path(place).relative_to(root).as_posix()
        yield from (f"{prefix}/{name}" for name in sorted(names) if name.endswith(suffix))


def _dead(pid: int) -> bool:
    import psutil  # only when there is a leftover; os.kill(pid, 0) would end the process on Windows

    return not psutil.pid_exists(pid)
