"""HubCache: one model in the hub's cache, laid out as huggingface_hub does, so that all programs share the files."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import filelock

from studio.atomic import writing
from studio.downloads._plan import DownloadPlan, RemoteFile
from studio.downloads._web import Stop

POLL_S = 0.2


@dataclass(frozen=True)
class HubCache:
    """`root` is the cache of all models, `id` the model."""

    root: Path
    id: str

    @property
    def folder(self) -> Path:
        return self.root / f"models--{self.id.replace('/', '--')}"

    def blob(self, file: RemoteFile) -> Path:
        return self.folder / "blobs" / file.etag

    def snapshot(self, commit: str) -> Path:
        return self.folder / "snapshots" / commit

    @contextlib.contextmanager
    def locked(self, file: RemoteFile, stop: Stop) -> Iterator[None]:
        """Against every other program that would fetch the same: it waits for us, or we for it."""
        lock = filelock.FileLock(self.root / ".locks" / self.folder.name / f"{file.etag}.lock")
        Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        while True:
            stop.check()
            with contextlib.suppress(filelock.Timeout):
                lock.acquire(timeout=POLL_S)
                break
        try:
            yield
        finally:
            lock.release()

    def link(self, plan: DownloadPlan) -> Path:
        """Name the fetched files as the model does, and note what its revision means; returns the model's folder."""
        snapshot = self.snapshot(plan.commit)
        for file in plan.files:
            _link(self.blob(file), snapshot.joinpath(*file.path.split("/")))
        if plan.revision != plan.commit:
            ref = self.folder.joinpath("refs", *plan.revision.split("/"))
            ref.parent.mkdir(parents=True, exist_ok=True)
            with writing(ref) as sink:
                sink.write(plan.commit.encode())
        return snapshot


def _link(blob: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.resolve() == blob.resolve():
        return
    place.unlink(missing_ok=True)
    try:
        place.symlink_to(os.path.relpath(blob, place.parent))
    except (
        OSError
    ):  # Windows gives links only to some; there the file itself stands in the model's folder, as with the hub
        shutil.copyfile(blob, place)
